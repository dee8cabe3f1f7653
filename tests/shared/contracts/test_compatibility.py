"""Subscribers of the published events are never broken."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.compatibility import FILE, IncompatibleEvent, broken, extended, read
from shared.contracts.documentation import documents, write
from tests.rig import ROOT

TEXT, NUMBER, DATE = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "date"}
PUBLISHED = {"a.happened": {"case_id": TEXT, "due": {"anyOf": [DATE, {"type": "null"}]}}}


def test_the_committed_events_are_all_still_there() -> None:
    published = read(ROOT / "docs")
    assert len(published) >= 14
    events = json.loads(documents(published)[FILE])
    assert broken(published, events) == []
    assert set(published) == set(events), "run make reference: a new event is not published yet"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ({}, "a.happened is no more"),
        ({"a.happened": {"case_id": TEXT}}, "a.happened.due was"),
        ({"a.happened": {**PUBLISHED["a.happened"], "due": DATE}}, "a.happened.due was"),
        (
            {"a.happened": {**PUBLISHED["a.happened"], "case_id": NUMBER}},
            "a.happened.case_id was",
        ),
    ],
    ids=["event gone", "field gone", "no null any more", "another type"],
)
def test_what_would_break_a_subscriber_is_said(events: dict[str, dict[str, Any]], said: str) -> None:
    (fault,) = broken(PUBLISHED, events)
    assert fault.startswith(said)
    with pytest.raises(IncompatibleEvent, match=said):
        extended(PUBLISHED, events)


def test_new_events_and_new_fields_are_welcome() -> None:
    events: dict[str, dict[str, Any]] = {
        "a.happened": {**PUBLISHED["a.happened"], "more": TEXT},
        "b.happened": {"case_id": TEXT},
    }
    assert broken(PUBLISHED, events) == []
    assert json.loads(extended(PUBLISHED, events)) == events


def test_nothing_is_written_when_a_published_event_is_no_more(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / FILE
    before = json.loads(path.read_text()) | {"old.thing": {"case_id": TEXT}}
    path.write_text(json.dumps(before))
    (tmp_path / "events.md").unlink()
    with pytest.raises(IncompatibleEvent, match=r"old\.thing is no more"):
        write(tmp_path)
    assert not (tmp_path / "events.md").exists()
    assert json.loads(path.read_text()) == before

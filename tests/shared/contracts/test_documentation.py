"""The committed documentation of the events is current, and its schemas fit what really travels."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

import shared.contracts  # noqa: F401
from shared.contracts.compatibility import read
from shared.contracts.documentation import documents, schema_of, write
from shared.messaging.contract import Event, message_classes
from shared.messaging.envelope import Envelope, body_of, to_wire
from shared.secrecy import Keyring
from tests.rig import CASE, ROOT, START

EVENTS = message_classes(Event)
EXAMPLES: dict[Any, Any] = {
    UUID: CASE, str: "x", str | None: None, datetime | None: datetime(2026, 1, 1, tzinfo=UTC),
    list[str]: ["x"], list[dict[str, str]]: [{"id": "x", "kind": "y"}],
}  # fmt: skip


def travelling(cls: type[Event], folder: Path) -> dict[str, Any]:
    hints = get_type_hints(cls)
    event = cls(**{f.name: EXAMPLES[hints[f.name]] for f in fields(cls)})  # type: ignore[arg-type]
    envelope = Envelope(
        id=UUID(int=1), name=cls.NAME, source=cls.NAME.split(".")[0], subject=str(CASE), sequence=7,
        cause=UUID(int=2), job_key=None, time=START, body=body_of(event),
    )  # fmt: skip
    Keyring.create(folder)
    wire: dict[str, Any] = json.loads(to_wire(envelope, Keyring.load(folder)))
    return wire


def test_the_committed_files_are_current() -> None:
    docs = ROOT / "docs"
    for path, text in documents(read(docs)).items():
        assert (docs / path).read_text(encoding="utf-8") == text, (
            "run python -m shared.contracts.documentation"
        )
    there = {f"events/{file.name}" for file in (docs / "events").iterdir()}
    assert there == set(documents({})) - {"events.md"}


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.NAME)
def test_an_event_as_it_travels_fits_its_schema_and_no_other(cls: type[Event], tmp_path: Path) -> None:
    event = travelling(cls, tmp_path)
    check = Draft202012Validator.FORMAT_CHECKER
    fitting = [
        other for other in EVENTS
        if Draft202012Validator(schema_of(other), format_checker=check).is_valid(event)
    ]  # fmt: skip
    assert fitting == [cls]


@pytest.mark.parametrize(
    "change",
    [{"data": {}}, {"id": "x"}, {"specversion": "0.3"}, {"source": "/elsewhere"}, {"sequence": "7"},
     {"subject": ""}],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    cls = next(cls for cls in EVENTS if cls.NAME == "workflow.stage_entered")
    validator = Draft202012Validator(schema_of(cls), format_checker=Draft202012Validator.FORMAT_CHECKER)
    event = travelling(cls, tmp_path)
    assert validator.is_valid({**event, "extension": 1, "data": {**event["data"], "new": 1}})
    assert not validator.is_valid({**event, **change})


def test_the_schemas_themselves_are_schemas() -> None:
    for cls in EVENTS:
        Draft202012Validator.check_schema(schema_of(cls))


def test_the_page_says_the_type_of_every_field() -> None:
    page = documents({})["events.md"]
    for line in ("| `due` | date-time or null |", "| `grounds` | list of string |", "| `case_id` | uuid |"):
        assert line in page
    assert all(f"## {cls.NAME}\n" in page for cls in EVENTS)


def test_everything_is_written_and_can_be_written_again(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert len(written) == len(EVENTS) + 2
    assert all(path.read_text(encoding="utf-8").endswith("\n") for path in written)
    assert write(tmp_path) == written

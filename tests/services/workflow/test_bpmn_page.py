"""The page about BPMN says what the parser does: each element has its test, each rule and note its row."""

import re

from services.workflow.engine.parsing.notes import NOTES
from services.workflow.engine.parsing.reasons import REASONS
from tests.rig import ROOT

PAGE = (ROOT / "docs" / "bpmn.md").read_text(encoding="utf-8")
TESTS = ROOT / "tests" / "services" / "workflow" / "engine"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_supported_element_names_a_test_that_exists() -> None:
    named = [re.fullmatch(r"`(test_\w+\.py)::(test_\w+)`", row[2]) for row in rows("Supported elements")]
    assert len(named) > 30
    assert all(named)
    places = [match.groups() for match in named if match]
    assert [p for p in places if f"\ndef {p[1]}(" not in (TESTS / p[0]).read_text(encoding="utf-8")] == []


def test_every_note_is_told() -> None:
    assert dict(rows("Normalised")) == {f"`{rule}`": english for rule, (_, english) in NOTES.items()}


def test_every_rule_is_told_with_reason_and_remedy() -> None:
    told = {f"`{rule}`": [reason.en, reason.remedy_en] for rule, reason in REASONS.items()}
    assert {row[0]: row[1:] for row in rows("Refused")} == told

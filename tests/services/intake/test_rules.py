"""Intake's decisions from plain values."""

from datetime import UTC, datetime

import pytest

from services.intake import rules
from services.intake.rules import Defect
from shared.calendar import WorkCalendar
from shared.policy import load_policy
from tests.rig import ROOT

POLICY = load_policy(ROOT / "workflows" / "policies", "jiangsu")
CATALOGUE = POLICY.get("intake.materials")


def asked(matter: str, category: str) -> list[str]:
    return [m["code"] for m in rules.applicable_materials(CATALOGUE, matter, category)]


@pytest.mark.clause("S0-7.4.2a")
def test_materials_follow_the_person_category() -> None:
    everyone = ["IDENTITY", "CONTACT", "ECONOMIC", "MATTER", "OTHER"]
    assert asked("MAINTENANCE", rules.NO_CATEGORY) == everyone
    assert asked("MAINTENANCE", "LIVES_ON_PENSION") == [*everyone[:4], "CATEGORY_PROOF", "OTHER"]


def test_materials_can_follow_the_matter() -> None:
    notice = {"code": "ARREST_NOTICE", "matters": ["CRIMINAL_SUSPECT"]}
    assert rules.applicable_materials([notice], "CRIMINAL_SUSPECT", "NONE") == [notice]
    assert rules.applicable_materials([notice], "MAINTENANCE", "NONE") == []


def test_only_required_uploads_are_missed() -> None:
    applicable = rules.applicable_materials(CATALOGUE, "MAINTENANCE", "NONE")
    missing = rules.missing_materials(applicable, ["IDENTITY"])
    assert [m["code"] for m in missing] == ["ECONOMIC", "MATTER"]
    assert rules.missing_materials(applicable, ["IDENTITY", "ECONOMIC", "MATTER"]) == []


@pytest.mark.clause("S0-4.1h")
def test_a_suspect_applies_after_interrogation_or_coercive_measure_only() -> None:
    suspect = {"matter": "CRIMINAL_SUSPECT"}
    assert "criminal_event" in rules.too_early({**suspect, "criminal_event": "neither"})
    for event in ("interrogation", "coercive_measure"):
        assert rules.too_early({**suspect, "criminal_event": event}) == {}
    assert rules.too_early({"matter": "MAINTENANCE", "criminal_event": "neither"}) == {}


@pytest.mark.parametrize(
    ("matter", "series"),
    [
        ("CRIMINAL_SUSPECT", "刑"), ("PUBLIC_PROSECUTION_VICTIM", "刑"), ("PRIVATE_PROSECUTION_PARTY", "刑"),
        ("STATE_COMPENSATION", "行"), ("MAINTENANCE", "民"), ("OTHER_BY_STATE", "民"),
    ],
)  # fmt: skip
def test_the_series_of_a_case_number(matter: str, series: str) -> None:
    assert rules.series_of(matter) == series


def test_a_case_number_has_four_digits_or_more() -> None:
    assert rules.case_number("示范", 2026, "民", 1) == "示范援〔2026〕民字第0001号"
    assert rules.case_number("示范", 2026, "民", 12345) == "示范援〔2026〕民字第12345号"


def test_the_year_of_a_number_is_shanghais() -> None:
    assert rules.number_year(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == 2026
    assert rules.number_year(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == 2027


@pytest.mark.clause("S0-7.4.3d")
def test_the_decision_is_due_at_the_earlier_end() -> None:
    calendar = WorkCalendar.chinese()
    # received on Thursday 2026-09-03: seven days end on Thursday 10th, seven working days on Monday 14th
    received = datetime(2026, 9, 3, 2, 0, tzinfo=UTC)
    due = rules.decision_due(received, calendar, working_days=7, days=7)
    assert due == datetime(2026, 9, 10, 15, 59, 59, tzinfo=UTC)
    assert rules.decision_due(received, calendar, working_days=3, days=7) < due


@pytest.mark.parametrize("state", ["SUBMITTED", "REGISTERED", "UNDER_REVIEW", "CORRECTION"])
def test_before_a_decision_an_application_can_be_withdrawn(state: str) -> None:
    assert rules.may_withdraw(state)


@pytest.mark.parametrize("state", ["DRAFT", "GRANTED", "REFUSED", "WITHDRAWN", "HANDLING", "ARCHIVED"])
def test_otherwise_it_cannot(state: str) -> None:
    assert not rules.may_withdraw(state)


GOOD = {"material": "m1", "complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "yes"}
KINDS = {"m1": "IDENTITY", "ECONOMIC": "ECONOMIC", "IDENTITY": "IDENTITY"}


@pytest.mark.clause("S0-7.4.2d")
def test_every_defect_is_listed_and_good_findings_are_not() -> None:
    findings = [
        GOOD,
        {**GOOD, "valid": "no", "defect": " 证件过期 ", "remedy": "换新证"},
        {**GOOD, "material": "ECONOMIC", "complete": False, "defect": "没有交", "remedy": "补交"},
        {**GOOD, "material": "unknown", "defect": "看不清"},
    ]
    assert rules.defects_of({"materials": findings}, KINDS) == [
        Defect("IDENTITY", "证件过期", "换新证"),
        Defect("ECONOMIC", "没有交", "补交"),
        Defect("OTHER", "看不清", ""),
    ]


def test_no_findings_are_no_defects() -> None:
    assert rules.defects_of({}, KINDS) == rules.defects_of({"materials": [GOOD]}, KINDS) == []


def test_an_item_is_answered_by_a_file_or_by_words() -> None:
    assert rules.unanswered(["a", "b", "c", "d"], {"a"}, {"b": "证明已遗失", "c": "  "}) == ["c", "d"]


@pytest.mark.clause("S0-7.1")
def test_five_stages_in_order() -> None:
    marks = [mark for _, mark in rules.stage_line("dispatch", "ASSIGNED")]
    assert marks == ["done", "done", "current", "waiting", "waiting"]
    assert [mark for _, mark in rules.stage_line("review", "REFUSED")][:3] == ["done", "ended", "waiting"]
    assert {mark for _, mark in rules.stage_line("closing", "ARCHIVED")} == {"done"}
    assert rules.stage_line(None, "SUBMITTED")[0] == ("registration", "current")


@pytest.mark.parametrize(
    ("capacity", "named"), [("self", False), ("guardian", True), ("relative", True), ("entrusted", False)]
)
def test_a_guardian_or_close_relative_represents_the_applicant(capacity: str, named: bool) -> None:
    answers = {"capacity": capacity, "agent_name": "贾父亲", "agent_phone": "13800138009"}
    found = rules.representative(answers)
    assert found == ({"name": "贾父亲", "phone": "13800138009"} if named else None)

"""The forms of the handler's log ask what the clauses want of each kind of entry, and nothing else."""

from typing import Any

import pytest

from shared.forms import render_form
from tests.workflows.test_forms import COMPLETE, FILE, TOMORROW, answered, form, refused

ITEM = {"name": "欠条", "source": "受援人", "object": "借款", "purpose": "证明欠款"}
HEARD = {
    "attendance": "throughout", "statement": "陈述", "authenticity": "真实", "relevance": "关联",
    "legality": "合法", "probative_force": "强", "debate": "意见", "facts_unclear": "no",
}  # fmt: skip
TALK = {
    "spoke_for": "relative", "claims_put": "诉求", "opponent_reasons": "辩解", "answer_given": "答复",
    "law_explained": "释法", "negotiation_result": "mediated",
}  # fmt: skip


def case(name: str, kind: str, details: dict[str, Any], clause: str) -> Any:
    """A kind of entry with its complete details, and the clause that asks for them."""
    marks = [pytest.mark.clause(clause)] if clause else []
    return pytest.param(name, kind, details, marks=marks)


CASES = [
    case("report_progress", "file_reading", {"reading_place": "法院"}, "S0-7.4.6a"),
    case(
        "report_progress", "investigation",
        {"asked": "witness", "asked_who": "证人", "consent": "yes", "record_files": [FILE],
         "conduct_confirmed": True},
        "S0-7.4.6b",
    ),
    case(
        "report_progress", "court_request",
        {"court": "法院", "obstacle": "银行不提供", "request_files": [FILE], "conduct_confirmed": True},
        "S0-7.4.6b2",
    ),
    case(
        "report_progress", "evidence", {"evidence_items": [ITEM], "conduct_confirmed": True}, "S0-7.4.6c"
    ),
    case(
        "report_progress", "pleading",
        {"side": "plaintiff", "pleading": "complaint", "requested": "yes", "evidence_handed_in": "yes",
         "pleading_files": [FILE]},
        "S0-7.4.7a",
    ),
    case(
        "report_progress", "pleading",
        {"side": "defendant", "pleading": "counterclaim", "requested": "yes", "counterclaim_grounds": "违约",
         "evidence_handed_in": "yes", "pleading_files": [FILE]},
        "S0-7.4.7a3",
    ),
    case(
        "report_progress", "pleading",
        {"side": "defendant", "pleading": "defence", "evidence_handed_in": "no", "pleading_files": [FILE]},
        "S0-7.4.7b2",
    ),
    case(
        "report_progress", "evidence_deadline",
        {"evidence_deadline": TOMORROW, "witness_needed": "yes"}, "S0-7.4.7b",
    ),
    case(
        "report_progress", "witness", {"witnesses": "邻居", "application_files": [FILE]}, "S0-7.4.7b"
    ),
    case("report_progress", "hearing", HEARD, "S0-7.4.8c"),
    case(
        "report_progress", "hearing", {"attendance": "adjourned", "adjournment_reason": "生病"}, "S0-7.4.8a"
    ),
    case(
        "report_progress", "hearing", {**HEARD, "attendance": "partly", "absence_reason": "车祸"}, "S0-7.4.8b"
    ),
    case(
        "report_progress", "hearing", {**HEARD, "facts_unclear": "requested", "reopening": "已申请"},
        "S0-7.4.8d",
    ),
    case("report_progress", "major_matter", {"matter": "many_people"}, ""),
    case("report_nonlitigation", "negotiation", TALK, "S0-8.1c"),
    case("report_nonlitigation", "mediation", TALK, "S0-8.1b"),
    case("report_nonlitigation", "settlement", TALK, "S0-8.1b"),
    case("report_nonlitigation", "drafting", {"drafted": "协议", "drafting_files": [FILE]},
         "S0-8.1b"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "details"), CASES)
def test_each_kind_of_entry_asks_for_its_own(name: str, kind: str, details: dict[str, Any]) -> None:
    loaded = answered(name, kind=kind, **details)
    assert {key: loaded[key] for key in details} == details
    assert refused(name, kind=kind) >= {next(iter(details))}
    for key in details:
        assert key in refused(name, kind=kind, **{**details, key: None}), key
    others = set(loaded) - set(details) - set(COMPLETE[name]) - {"files"}
    assert all(loaded[key] in (None, "", []) for key in others), others


@pytest.mark.clause("S0-7.4.6b")
def test_without_consent_there_is_no_record() -> None:
    refusal = {"asked": "opponent", "asked_who": "对方", "consent": "no", "conduct_confirmed": True}
    assert "record_files" not in answered("report_progress", kind="investigation", **refusal)


@pytest.mark.clause("S0-7.4.6d")
@pytest.mark.parametrize("name", ["report_progress", "report_nonlitigation"])
def test_who_collects_evidence_is_told_what_is_forbidden(name: str) -> None:
    html = render_form(form(name), {"kind": "evidence"}, {}, {})
    for words in ("伪造、编造证据", "威胁、利诱他人", "妨碍对方当事人合法取证", "诱导受援人伪造证据"):
        assert words in html
    assert "伪造、编造证据" not in render_form(form(name), {"kind": "meeting"}, {}, {})


@pytest.mark.clause("S0-8.1a")
def test_risks_and_consequences_must_have_been_told() -> None:
    assert refused("propose_solution", risks_told=False) == {"risks_told"}


def test_what_was_not_received_is_said() -> None:
    assert refused("receive_case", all_received="no") == {"remarks"}
    assert "remarks" not in answered("receive_case", remarks="缺一页")


@pytest.mark.parametrize("name", ["report_progress", "report_nonlitigation"])
def test_without_scripts_the_page_offers_to_show_the_questions_of_the_kind(name: str) -> None:
    empty = render_form(form(name), {}, {}, {})
    assert "证据来源" not in empty
    assert 'name="refresh"' in empty or "refresh" in empty
    assert "证据来源" in render_form(form(name), {"kind": "evidence"}, {}, {})

"""The forms of the human tasks: accepted by the server, and strict where the clauses ask for it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import ValidationError

from shared.feel import Environment
from shared.forms import check_form, form_schema, render_form
from tests.workflows.diagram import WORKFLOWS

FORMS = sorted(path.stem for path in (WORKFLOWS / "forms").glob("*.form"))
TODAY, TOMORROW = "2026-03-04", "2026-03-05"
NOW = Environment(now=lambda: datetime(2026, 3, 4, 2, tzinfo=UTC))
FILE = "018f0000-0000-7000-8000-00000000000a"
OPTIONS = {
    name: [{"value": value, "label": "选项"}]
    for name, value in {
        "materials": "m1", "refusal_grounds": "MEANS_NOT_MET", "scope_grounds": "HARDSHIP",
        "matters": "MAINTENANCE", "rubric": "HEARING", "person_categories": "MINIMUM_LIVING_ALLOWANCE",
    }.items()
}  # fmt: skip

GOOD_ROW = {"material": "m1", "complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "yes"}
DEFECT = {"defect": "没有签名", "remedy": "请本人签名后重新上传"}
COMPLETE: dict[str, dict[str, Any]] = {
    "examine_materials": {"materials": [GOOD_ROW], "conforms": "yes"},
    "propose_decision": {
        "outcome": "grant", "means_result": "meets", "scope": ["HARDSHIP"], "reasons": "符合条件",
    },
    "approve_decision": {"approved": "yes"},
    "serve_notice_otherwise": {"method": "in_person", "served_at": TODAY, "explanation": "当面签收"},
    "resolve_nobody_available": {"action": "wait", "explanation": "下周有人员恢复接案"},
    "respond_to_assignment": {"response": "accepted"},
    "sign_agreement": {
        "contacted_on": TODAY, "contacted_with": "guardian", "agreement_signed_on": TODAY,
        "free_of_charge_told": True, "files": [FILE],
    },
    "hold_first_meeting": {
        "met_on": TODAY, "place": "律师事务所", "facts": "案情", "advice": "建议",
        "rights_told": True, "risks_told": True,
    },
    "report_progress": {"kind": "meeting", "occurred_on": TODAY, "summary": "会见", "completed": "no"},
    "report_nonlitigation": {"kind": "other", "occurred_on": TODAY, "summary": "咨询", "completed": "no"},
    "propose_solution": {
        "agreed_on": TODAY, "agreed_with": "recipient", "mode": "mediation", "opinion": "先调解",
        "risks": "可能不履行", "risks_told": True, "files": [FILE],
    },
    "hand_over_case": {
        "materials": [{"name": "起诉状", "copies": "一份"}], "case_status": "已立案", "deadlines": "无",
        "files": [FILE], "signed": True,
    },
    "receive_case": {"received_from": "agency", "all_received": "yes", "signed": True},
    "resume_handling": {"resumed_on": TODAY, "explanation": "恢复审理", "files": [FILE]},
    "submit_closing_file": {
        "result": "settled", "report": "小结", "closing_report": [FILE], "case_file": [FILE],
    },
    "review_closing_file": {"conforms": "yes"},
    "verify_termination": {
        "evidence": "看了合同", "heard": "heard", "heard_on": TODAY, "heard_how": "phone",
        "heard_words": "同意", "proposal": "terminate", "reasons": "已经自行委托律师",
    },
    "approve_termination": {"approved": "yes"},
    "decide_change": {"hearing": "电话听取了双方的意见", "decision": "approve"},
    "approve_change": {"approved": "yes"},
    "deliver_letter": {"delivered_on": TODAY},
    "explain_by_phone": {
        "result": "reached", "called_on": TODAY, "called_at": "14:30", "number_confirmed": True,
        "spoken_with": "本人", "explained": "收入超过标准", "still_doubts": "no",
    },
    "review_objection": {"result": "maintain", "reasons": "决定正确"},
    "review_termination_objection": {"result": "overturn", "reasons": "没有听取意见"},
    "assess_quality": {"items": [{"item": "HEARING", "points": 29.99, "remark": "迟到"}], "remark": "认真"},
}  # fmt: skip


def form(name: str) -> dict[str, Any]:
    return dict(json.loads((WORKFLOWS / "forms" / f"{name}.form").read_text(encoding="utf-8")))


def answered(name: str, **changes: Any) -> dict[str, Any]:
    """The checked answers of a complete form with these changes; None takes an answer away."""
    answers = {key: value for key, value in (COMPLETE[name] | changes).items() if value is not None}
    return dict(form_schema(form(name), OPTIONS, NOW).load(answers))


def refused(name: str, **changes: Any) -> set[str]:
    """The fields that are marked."""
    with pytest.raises(ValidationError) as caught:
        answered(name, **changes)
    assert isinstance(caught.value.messages, dict)
    return set(caught.value.messages)


@pytest.mark.parametrize("name", FORMS)
def test_the_server_carries_out_everything_the_form_asks_for(name: str) -> None:
    assert form(name)["id"] == name
    assert check_form(form(name)) == []


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_complete_form_is_accepted_and_each_needed_answer_is_needed(name: str) -> None:
    loaded = answered(name)
    assert {key: loaded[key] for key in COMPLETE[name] if key != "materials"} == {
        key: value for key, value in COMPLETE[name].items() if key != "materials"
    }
    for key in COMPLETE[name]:
        assert key in refused(name, **{key: None}), key


def asked(form: dict[str, Any]) -> list[str]:
    """The labels of the questions; what is only shown stays out of an empty page."""
    return [c["label"] for c in form["components"] if "label" in c and not c.get("readonly")]


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_the_page_asks_in_chinese_without_javascript(name: str) -> None:
    html = render_form(form(name), {}, {}, OPTIONS)
    assert all(label in html for label in asked(form(name))[:1])
    assert "<script" not in html


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("serve_notice_otherwise", "served_at"), ("sign_agreement", "contacted_on"),
        ("sign_agreement", "agreement_signed_on"), ("hold_first_meeting", "met_on"),
        ("report_progress", "occurred_on"), ("verify_termination", "heard_on"),
        ("explain_by_phone", "called_on"), ("deliver_letter", "delivered_on"),
    ],
)  # fmt: skip
def test_what_was_done_cannot_lie_in_the_future(name: str, field: str) -> None:
    assert answered(name, **{field: TODAY})[field] == TODAY
    assert refused(name, **{field: TOMORROW}) == {field}


@pytest.mark.clause("S0-7.3.2a")
@pytest.mark.parametrize("quality", ["complete", "statutory_form", "genuine", "valid"])
def test_each_material_is_examined_for_each_quality(quality: str) -> None:
    missing = {key: value for key, value in GOOD_ROW.items() if key != quality}
    assert refused("examine_materials", materials=[missing]) == {"materials"}
    lacking = GOOD_ROW | {quality: "no"}
    assert refused("examine_materials", materials=[lacking], conforms="no") == {"materials"}
    row = answered("examine_materials", materials=[lacking | DEFECT], conforms="no")["materials"][0]
    assert (row["defect"], row["remedy"]) == (DEFECT["defect"], DEFECT["remedy"])


def test_a_good_material_has_no_defect() -> None:
    (row,) = answered("examine_materials", materials=[GOOD_ROW | DEFECT])["materials"]
    assert "defect" not in row
    assert "remedy" not in row


def test_a_refusal_needs_a_ground_and_a_grant_a_condition() -> None:
    assert refused("propose_decision", outcome="refuse") == {"grounds"}
    grounds = ["MEANS_NOT_MET"]
    loaded = answered("propose_decision", outcome="refuse", grounds=grounds, means_result="not_meets")
    assert loaded["grounds"] == grounds
    assert "scope" not in loaded
    assert "grounds" not in answered("propose_decision", grounds=grounds)


@pytest.mark.parametrize(("points", "accepted"), [(0, True), (-0.01, False), (29.99, True), (29.995, False)])
def test_points_have_two_decimals_and_are_not_below_zero(points: float, accepted: bool) -> None:
    rows = [{"item": "HEARING", "points": points}]
    if accepted:
        assert answered("assess_quality", items=rows)["items"][0]["points"] == points
    else:
        assert refused("assess_quality", items=rows) == {"items"}


def test_sending_back_needs_a_reason() -> None:
    assert refused("approve_decision", approved="no") == {"remark"}
    assert answered("approve_decision", approved="no", remark="理由不充分")["remark"] == "理由不充分"


@pytest.mark.parametrize("response", ["conflict", "cannot"])
def test_not_taking_the_case_needs_a_reason(response: str) -> None:
    assert refused("respond_to_assignment", response=response) == {"reason"}
    assert answered("respond_to_assignment", response=response, reason="代理过对方")["reason"]


@pytest.mark.clause("S0-7.4.5a3")
def test_free_of_charge_must_have_been_told() -> None:
    assert refused("sign_agreement", free_of_charge_told=False) == {"free_of_charge_told"}


@pytest.mark.clause("S0-7.4.5b2")
@pytest.mark.parametrize("duty", ["rights_told", "risks_told"])
def test_rights_and_risks_must_have_been_told(duty: str) -> None:
    assert refused("hold_first_meeting", **{duty: False}) == {duty}


def test_the_last_entry_says_when_the_case_was_completed() -> None:
    done = {"completed": "yes", "decision_files": [FILE], "next_stage": "no"}
    assert refused("report_progress", completed="yes") == {"completed_on", "decision_files", "next_stage"}
    assert refused("report_progress", **done, completed_on=TOMORROW) == {"completed_on"}
    assert answered("report_progress", **done, completed_on=TODAY)["completed_on"] == TODAY
    assert "completed_on" not in answered("report_progress", completed_on=TODAY)


def test_a_closing_file_that_does_not_conform_needs_its_problems() -> None:
    assert refused("review_closing_file", conforms="no") == {"problems"}
    problem = {"problem": "缺少裁判文书", "remedy": "补交判决书"}
    assert answered("review_closing_file", conforms="no", problems=[problem])["problems"] == [problem]


@pytest.mark.clause("S0-7.4.9c")
def test_the_recipient_is_heard_or_it_is_said_why_not() -> None:
    unheard = {"heard": "not_possible", "heard_on": None, "heard_how": None, "heard_words": None}
    assert refused("verify_termination", **unheard) == {"not_heard_reason"}
    assert answered("verify_termination", **unheard, not_heard_reason="三次没有打通")["heard"]
    assert refused("approve_termination", approved="no") == {"remark"}


@pytest.mark.clause("S0-7.4.3c")
def test_a_call_in_vain_explains_nothing_and_giving_up_explains_in_writing() -> None:
    silent = {"number_confirmed": None, "spoken_with": None, "explained": None, "still_doubts": None}
    assert "explained" not in answered("explain_by_phone", result="no_answer", **silent)
    assert refused("explain_by_phone", result="given_up", **silent) == {"explained"}

"""Every notice that a diagram sends is rendered with what the diagram gives it, and reads well."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid5

import pytest

from services.notify.models import Letter
from services.notify.texts import UnknownNotice, render, template_names
from services.notify.words import NOTICES
from shared.contracts.notify import NoticeSent, SendNotice
from shared.contracts.submission import Submission
from shared.feel import Environment, compile_expression, to_json
from shared.forms import form_schema
from shared.messaging.contract import load
from tests.rig import CASE, CENTRE, START, Bench, person
from tests.services.notify.conftest import APPLICANT, HANDLER, rows, someone
from tests.workflows.diagram import MODELS, WORKFLOWS, diagram

DUE = "2026-10-09T23:59:59+08:00"
VARIABLES: dict[str, Any] = {
    "case_id": str(CASE), "case_number": "示范援〔2026〕民字第0001号", "agency": CENTRE,
    "applicant_id": str(APPLICANT), "handler_id": str(HANDLER), "firm_id": str(person("firm")),
    "survey_due": DUE, "closing_due": DUE, "closing_review_due": DUE, "handling_mark_due": DUE,
    "entered_by": str(person("clerk")), "authority": "/demo-city/court/",
    "previous_handler_id": str(person("earlier")), "suspended_since": "2026-10-09",
    "evidence_ends_on": "2026-10-09", "ground": "INCOME_CHANGED", "terminated_on": "2026-03-20",
    "reported_by": str(HANDLER), "verification": {"due": DUE}, "objection_due": DUE,
    "decision_period": {"due": DUE}, "archive_number": "2026-0001",
    "assessment_due": DUE, "recheck_due": DUE, "firm_path": "/demo-city/firm-a/",
    "change_id": str(CASE), "change_due": DUE, "letter_organisation": "/demo-city/court/",
    "requested_by": str(person("earlier")),
}  # fmt: skip
MARKS: dict[str, list[dict[str, Any]]] = {
    "notify_review_deadline": [{"deadline_mark": mark} for mark in ("warn_50", "warn_80", "breach")],
    "notify_termination_rejected": [{"termination_outcome": o} for o in ("terminate", "keep", "sealed")],
    "notify_objection_upheld": [
        {"objection_effect": "message_correlated", "objection_outcome": outcome}
        for outcome in ("granted", "review_again", "overturned")
    ]
    + [{"objection_effect": "message_refused", "objection_outcome": "overturned"}],
    "notify_handling_deadline": [{"handling_mark": mark} for mark in ("agreement_breach", "meeting_breach")],
    "notify_handover_breach": [{"handling_mark": "handover_breach"}],
    "notify_work_report": [{"report": report} for report in ("adjournment", "major_matter")],
    "notify_assessed": [
        {"quality_grade": "good", "talk": False},
        {"quality_grade": "unqualified", "talk": True},
    ],
}
ROW = {"complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "no", "defect": "身份证过期",
       "remedy": "换领新证"}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "examine_materials": {"materials": [{"material": "IDENTITY", **ROW}], "conforms": "no"},
    "propose_decision": {
        "outcome": "refuse", "means_result": "meets", "grounds": ["AGENT_RETAINED"], "reasons": "已有律师",
    },
    "verify_termination": {
        "evidence": "看了委托合同", "heard": "heard", "heard_on": "2026-09-20", "heard_how": "phone",
        "heard_words": "同意", "proposal": "keep", "reasons": "委托已经解除",
    },
    "decide_change": {"hearing": "听取了双方意见", "decision": "reject", "reasons": "没有证据"},
    "approve_change": {"approved": "no", "reasons": "意见可以再沟通"},
    "explain_by_phone": {
        "result": "reached", "called_on": "2026-09-20", "called_at": "14:30", "number_confirmed": True,
        "spoken_with": "本人", "explained": "收入超过标准", "still_doubts": "no",
    },
    "review_objection": {"result": "grant", "reasons": "收入没有超过标准"},
    "review_termination_objection": {"result": "overturn", "reasons": "委托已经解除"},
    "review_closing_file": {"conforms": "no", "problems": [{"problem": "缺判决书", "remedy": "补交判决书"}]},
}  # fmt: skip
STAFF = (
    "clerk", "reviewer", "approver", "dispatcher", "closing_reviewer", "assessor", "expert",
    "bureau_reviewer", "authority",
)  # fmt: skip
ELSEWHERE = {"authority": "/demo-city/court/", "firm_manager": "/demo-city/firm-a/"}


def sent_by_diagrams() -> Iterator[Any]:
    for name in MODELS:
        for node in diagram(name).nodes.values():
            types = [definition.get("type") for definition in node.zeebe("taskDefinition")]
            if types == ["notify.send_notice"]:
                for marks in MARKS.get(node.id, [{}]):
                    yield pytest.param(node, marks, id="-".join([name, node.id, *map(str, marks.values())]))


def command(bench: Bench, node: Any, marks: dict[str, Any]) -> SendNotice:
    """What the process sends: its input mappings reckoned, its submissions as the forms accept them."""
    policy, calendar = bench.runtime.policy, bench.runtime.calendar
    world = Environment(now=bench.clock.now, calendar=calendar, policy=policy, missing="error")
    inputs = {
        target: to_json(compile_expression(source).evaluate({**VARIABLES, **marks}, world))
        for target, source in node.inputs().items()
    }
    elements = [name for name in node.properties().get("submission", "").split(",") if name]
    sent = load(SendNotice, {"case_id": str(CASE), **inputs})
    return SendNotice(**{**vars(sent), "submissions": [submitted(e, bench) for e in elements]})


def submitted(element: str, bench: Bench) -> Submission:
    form = json.loads((WORKFLOWS / "forms" / f"{element}.form").read_text(encoding="utf-8"))
    lists = {"materials": "intake.materials", "refusal_grounds": "review.refusal_grounds",
             "scope_grounds": "review.scope_grounds"}  # fmt: skip
    options = {
        name: [{"value": row["code"], "label": row["label"]} for row in bench.runtime.policy.get(path)]
        for name, path in lists.items()
    }
    accepted = form_schema(form, options, Environment(now=bench.clock.now)).load(ANSWERS[element])
    return Submission(id=uuid5(CASE, element), element=element, by=person("x"), at=START, answers=accepted)


SENT_BY_PEOPLE: dict[str, list[dict[str, Any]]] = {
    "recusal": [
        {"ordered": ordered, "reason": reason, "nobody": nobody}
        for ordered, reason, nobody in (
            (False, "party", 0), (True, "relative", 1), (False, "interest", 2), (False, "acted_before", 0),
            (True, "other", 0),
        )
    ],
    "recusal_lifted": [{}],
}  # fmt: skip
"""What workflow tells when people withdraw from a case: no diagram draws it."""


@pytest.mark.parametrize(("node", "marks"), list(sent_by_diagrams()))
def test_what_a_diagram_sends_has_a_readable_text(bench: Bench, node: Any, marks: dict[str, Any]) -> None:
    reads_well(bench, lambda: command(bench, node, marks))


@pytest.mark.parametrize(
    ("template", "about"), [(name, about) for name, all_ in SENT_BY_PEOPLE.items() for about in all_]
)
def test_what_people_cause_to_be_sent_has_a_readable_text(
    bench: Bench, template: str, about: dict[str, Any]
) -> None:
    told = SendNotice(
        case_id=CASE, template=template, about=about, roles=["approver"], organisation=CENTRE,
        recipients=[HANDLER],
    )  # fmt: skip
    reads_well(bench, lambda: told)
    letters = rows(bench, Letter)
    if about:
        assert all(("没有人可以办理" in letter.body) is bool(about["nobody"]) for letter in letters)
        assert all(("责令" in letter.title) is about["ordered"] for letter in letters)


def reads_well(bench: Bench, sent: Callable[[], SendNotice]) -> None:
    for role in (*STAFF, "earlier"):
        bench.deliver(someone(role, role, shown="贾同事"))
    for role, at in ELSEWHERE.items():
        bench.deliver(someone(role, role, at=at, shown="贾同事"))
    bench.deliver(sent())
    assert len(bench.emitted(NoticeSent)) == 1
    letters = rows(bench, Letter)
    assert letters
    for letter in letters:
        whole = "\n".join((letter.title, letter.body, letter.short))
        assert not re.search(r"[{}%]|None|Undefined|_|\d{4}-\d\d-\d\dT", whole)
        assert re.search("示范援〔2026〕民字第0001号", letter.body)
        assert letter.body.endswith("示范市法律援助中心")
        assert "\n" not in letter.title + letter.short
        assert len(letter.short) <= 150
        assert re.fullmatch(rf"/[a-z/]+/{CASE}(/[a-z]+)?", letter.link or "")


def test_every_text_is_used_and_has_a_name() -> None:
    used = {param.values[0].inputs()["template"].strip('="') for param in sent_by_diagrams()}
    assert used.isdisjoint(SENT_BY_PEOPLE)
    assert used | set(SENT_BY_PEOPLE) == template_names() == set(NOTICES)


def test_an_unknown_notice_has_no_text() -> None:
    with pytest.raises(UnknownNotice):
        render("unheard_of", {})


def test_a_persons_words_are_never_run() -> None:
    facts = {
        "name": "{{ 7 * 7 }}", "number": "1", "case_id": CASE, "agency": "中心", "telephone": "12348",
        "to": "applicant", "about": {}, "grounds": ["{% raw %}"], "answers": {"reasons": "{{ number }}"},
    }  # fmt: skip
    body = render("refused", facts).body
    assert "{{ 7 * 7 }}" in body
    assert "{{ number }}" in body

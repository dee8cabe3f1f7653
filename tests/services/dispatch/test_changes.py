"""A change of handler: who may ask, what is decided, who gets the case afterwards (S0-7.4.4f)."""

from datetime import timedelta
from io import BytesIO

import pytest

from services.dispatch.models import Assignment, Consideration, Turn
from shared.contracts.dispatch import (
    CaseAccepted,
    HandlerChanged,
    NobodyAvailable,
    RecordSealed,
    SealRecord,
    TakeTurn,
)
from shared.contracts.handler_change import (
    ChangeOpened,
    ChangeRecorded,
    ChangeSettled,
    NoteChangeDeadline,
    OpenChange,
    SettleChange,
)
from shared.contracts.workflow import PublishMessage
from tests.rig import CASE, Bench, person
from tests.services.dispatch.changing import (
    BREACH,
    CHANGES,
    asked,
    change_of,
    changed,
    decide,
    entered,
    handled,
    take,
)
from tests.services.dispatch.conftest import member
from tests.services.dispatch.test_handlers import rows, turns

PDF = b"%PDF-1.4\n%%EOF\n"


def post(bench: Bench, ground: str, *roles: str, who: str, at: str = "/demo-city/centre/") -> int:
    body = {"ground": ground, "statement": "情况", "evidence": "证据"}
    usual = "applicant" if who.startswith("申请人") else "handler"
    return bench.client(*(roles or (usual,)), who=who, at=at).post(CHANGES, json=body).status_code


@pytest.mark.clause("S0-7.4.4f1", "S0-7.4.4f2", "S0-7.4.4f3", "S0-7.4.4f4", "S0-7.4.4f5")
@pytest.mark.parametrize(
    ("ground", "recipient", "handler"),
    [
        ("DUTY_BREACH", 201, 403), ("DISAGREEMENT", 201, 403), ("CONFLICT", 403, 201),
        ("FORCE_MAJEURE", 403, 201), ("OTHER", 201, 201),
    ],
)  # fmt: skip
def test_who_may_ask_on_which_ground(bench: Bench, ground: str, recipient: int, handler: int) -> None:
    handled(bench)
    wrong, right = ("申请人甲", "律师一") if recipient == 403 else ("律师一", "申请人甲")
    if 403 in (recipient, handler):
        assert post(bench, ground, who=wrong) == 403
    assert post(bench, ground, who=right) == 201


@pytest.mark.parametrize("ground", ["DUTY_BREACH", "DISAGREEMENT", "CONFLICT", "FORCE_MAJEURE", "OTHER"])
def test_the_agency_may_ask_on_every_ground(bench: Bench, ground: str) -> None:
    handled(bench)
    assert post(bench, ground, "dispatcher", who="dispatcher") == 201


def test_the_firm_asks_like_its_handler_and_strangers_find_nothing(bench: Bench) -> None:
    handled(bench)
    assert post(bench, "CONFLICT", "firm_manager", who="boss", at="/demo-city/firm-c/") == 404
    assert post(bench, "CONFLICT", "reviewer", who="reviewer") == 403
    assert post(bench, "CONFLICT", "dispatcher", who="dispatcher", at="/other-city/") == 404
    assert post(bench, "CONFLICT", who="律师二") == 404
    assert post(bench, "CONFLICT", "firm_manager", who="boss", at="/demo-city/firm-a/") == 201
    assert bench.client().post(CHANGES, json=BREACH).status_code == 401


@pytest.mark.clause("S0-7.4.4f1")
def test_a_breach_of_duty_needs_evidence_in_words_or_files(bench: Bench) -> None:
    handled(bench)
    client = bench.client("applicant", who="申请人甲")
    bare = {"ground": "DUTY_BREACH", "statement": "没有联系过我"}
    assert client.post(CHANGES, json=bare).status_code == 422
    assert client.post(CHANGES, json={**bare, "evidence": "  "}).status_code == 422
    with_text_file = {**bare, "files": (BytesIO(b"just words"), "x.pdf")}
    assert client.post(CHANGES, data=with_text_file).status_code == 422
    with_file = {**bare, "files": (BytesIO(PDF), "记录.pdf")}
    assert client.post(CHANGES, data=with_file).status_code == 201


def test_only_while_somebody_handles_the_case_and_one_at_a_time(bench: Bench) -> None:
    assert post(bench, "OTHER", who="申请人甲") == 409
    take(bench)
    entered(bench, "ACCEPTED")
    assert post(bench, "OTHER", who="申请人甲") == 409
    entered(bench, "SUSPENDED")
    assert post(bench, "OTHER", who="申请人甲") == 201
    assert post(bench, "OTHER", "dispatcher", who="dispatcher") == 409
    entered(bench, "CLOSED")
    assert post(bench, "OTHER", "dispatcher", who="dispatcher") == 409


def test_a_sealed_case_is_left_alone(bench: Bench) -> None:
    handled(bench)
    change_id = asked(bench)
    bench.deliver(SealRecord(case_id=CASE))
    assert post(bench, "OTHER", who="申请人甲") == 409
    decide(bench, change_id, "approve")
    assert bench.emitted(ChangeRecorded)[0].approved is False
    bench.deliver(SealRecord(case_id=CASE))
    assert bench.emitted(RecordSealed)[0] == bench.emitted(RecordSealed)[1]


def test_the_request_starts_its_process_without_words(bench: Bench) -> None:
    handler = handled(bench)
    change_id = asked(bench)
    (message,) = bench.emitted(PublishMessage)
    assert message.name == "handler_change_requested"
    assert message.variables == {
        "case_id": str(CASE), "agency": "/demo-city/centre/", "applicant_id": str(person("申请人甲")),
        "handler_id": str(handler), "firm_path": "/demo-city/firm-a/", "change_id": str(change_id),
        "ground": "DUTY_BREACH", "requested_by": str(person("dispatcher")),
    }  # fmt: skip


@pytest.mark.clause("S0-7.4.4f2", "S0-7.4.4f5")
@pytest.mark.parametrize(
    ("ground", "needed"),
    [("DUTY_BREACH", False), ("DISAGREEMENT", True), ("CONFLICT", False), ("OTHER", True)],
)
def test_which_ground_needs_a_second_person(bench: Bench, ground: str, needed: bool) -> None:
    handled(bench)
    change_id, due = asked(bench, ground), bench.clock.now() + timedelta(days=5)
    bench.twice(OpenChange(case_id=CASE, change_id=change_id, due=due))
    assert [answer.needs_approval for answer in bench.emitted(ChangeOpened)] == [needed]
    assert change_of(bench, change_id).due_at == due
    bench.twice(NoteChangeDeadline(case_id=CASE, change_id=change_id))
    assert change_of(bench, change_id).overdue_at == bench.clock.now()


@pytest.mark.parametrize(
    ("decision", "approval", "state", "reasons"),
    [("reject", None, "rejected", "理由一"), ("approve", "no", "rejected", "理由二"),
     ("approve", "yes", "approved", "理由二")],
)  # fmt: skip
def test_a_ground_with_two_deciders(
    bench: Bench, decision: str, approval: str | None, state: str, reasons: str
) -> None:
    handled(bench)
    change_id = asked(bench, "DISAGREEMENT")
    decide(bench, change_id, decision, approval)
    found = change_of(bench, change_id)
    assert (found.state, found.reasons) == (state, reasons)
    assert found.decided_by == person("decider")
    assert found.approved_by == (person("approver") if approval else None)
    assert bench.emitted(ChangeRecorded)[-1].approved is (state == "approved")


def test_after_a_rejection_the_handler_goes_on_and_one_can_ask_again(bench: Bench) -> None:
    handled(bench)
    decide(bench, asked(bench), "reject")
    assert [a.response for a in rows(bench, Assignment)] == ["accepted"]
    assert post(bench, "OTHER", who="申请人甲") == 201


@pytest.mark.clause("S0-7.4.4f")
def test_the_changed_handler_is_barred_for_good_and_keeps_the_used_turn(bench: Bench) -> None:
    old = handled(bench)
    changed(bench)
    assert turns(bench)["律师一"] == 1
    assert [t.change for t in rows(bench, Turn)] == [1]
    new = take(bench)
    assert (old, new) == (person("律师一"), person("律师二"))
    assert {a.response for a in rows(bench, Assignment)} == {"changed", "accepted"}
    entered(bench, "HANDLING")
    changed(bench)
    assert take(bench) == person("律师三")
    entered(bench, "HANDLING")
    changed(bench)
    take_nobody(bench)
    faults = {e["member_id"]: e["faults"] for e in rows(bench, Consideration)[-1].entries}
    assert faults[str(old)] == ["changed_in_this_case"]


def take_nobody(bench: Bench) -> None:
    bench.deliver(TakeTurn(case_id=CASE))
    assert len(bench.emitted(NobodyAvailable)) == 1


@pytest.mark.clause("S0-7.4.4f3", "S0-7.4.4c")
@pytest.mark.parametrize(("ground", "colleague_may"), [("CONFLICT", False), ("DUTY_BREACH", True)])
def test_a_conflict_bars_the_whole_firm_a_breach_the_person(
    bench: Bench, ground: str, colleague_may: bool
) -> None:
    handled(bench)
    bench.deliver(member("律师四", "firm-a"), job_key=None)
    for name in ("律师二", "律师三"):
        bench.deliver(member(name, "firm-x", active=False), job_key=None)
    changed(bench, ground)
    if colleague_may:
        assert take(bench) == person("律师四")
    else:
        take_nobody(bench)
        faults = {e["member_id"]: e["faults"] for e in rows(bench, Consideration)[-1].entries}
        assert faults[str(person("律师四"))] == ["firm_conflicted_in_this_case"]


@pytest.mark.clause("S0-7.4.4f")
def test_the_new_handler_is_announced_when_they_accept(bench: Bench) -> None:
    old = handled(bench)
    change_id = changed(bench)
    assert bench.emitted(HandlerChanged) == []
    take(bench, "conflict")
    assert bench.emitted(HandlerChanged) == []
    new = take(bench)
    (event,) = bench.emitted(HandlerChanged)
    assert (event.previous_handler_id, event.handler_id, event.ground) == (old, new, "DUTY_BREACH")
    replaced = bench.emitted(PublishMessage)[-1]
    assert (replaced.name, replaced.variables["change_id"]) == ("handler_replaced", str(change_id))
    assert change_of(bench, change_id).new_handler_id == new
    assert len(bench.emitted(CaseAccepted)) == 2


def test_too_late_leaves_all_as_it_was(bench: Bench) -> None:
    old = handled(bench)
    change_id = asked(bench)
    decide(bench, change_id, "approve")
    bench.twice(SettleChange(case_id=CASE, change_id=change_id, effected=False))
    assert change_of(bench, change_id).state == "too_late"
    assert [a.response for a in rows(bench, Assignment)] == ["accepted"]
    client = bench.client("handler", at="/demo-city/firm-a/", who=old)
    assert client.get(f"/dispatch/cases/{CASE}/panel").status_code == 200
    assert len(bench.emitted(ChangeSettled)) == 1

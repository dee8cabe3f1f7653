"""What the tests of a change of handler say and hand over."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from services.dispatch.models import ChangeRequest
from shared.contracts.dispatch import TakeTurn, TurnTaken
from shared.contracts.handler_change import OpenChange, RecordChange, SettleChange
from shared.contracts.submission import Submission
from shared.contracts.workflow import CaseStateChanged
from tests.rig import CASE, Bench, person
from tests.services.dispatch.conftest import response

BREACH = {"ground": "DUTY_BREACH", "statement": "没有联系过我", "evidence": "通话记录"}
CHANGES = f"/dispatch/api/cases/{CASE}/changes"


def entered(bench: Bench, state: str, case_id: UUID = CASE) -> None:
    """The case is in that state from now on."""
    bench.deliver(CaseStateChanged(case_id=case_id, before=None, after=state), job_key=None)


def take(bench: Bench, answer: str = "accepted", case_id: UUID = CASE) -> UUID:
    """The next member is asked and answers so; who it is."""
    bench.clock.moment += timedelta(minutes=1)
    bench.deliver(TakeTurn(case_id=case_id))
    taken = bench.emitted(TurnTaken)[-1]
    bench.deliver(response(taken.assignment_id, answer, "x", case_id))
    return UUID(str(taken.handler_id))


def handled(bench: Bench) -> UUID:
    """A case that somebody handles; who."""
    handler = take(bench)
    entered(bench, "HANDLING")
    return handler


def asked(bench: Bench, ground: str = "DUTY_BREACH", case_id: UUID = CASE) -> UUID:
    """A request of the dispatcher on that ground."""
    body = {"ground": ground, "statement": "情况", "evidence": "证据"}
    answer = bench.client("dispatcher", who="dispatcher").post(
        f"/dispatch/api/cases/{case_id}/changes", json=body
    )
    assert answer.status_code == 201, answer.text
    return UUID(answer.get_json()["id"])


def said(element: str, by: str, bench: Bench, **answers: Any) -> Submission:
    return Submission(
        id=uuid5(CASE, f"{element} {by}"), element=element, by=person(by), at=bench.clock.now(),
        answers=answers,
    )  # fmt: skip


def decide(
    bench: Bench, change_id: UUID, decision: str, approval: str | None = None, case_id: UUID = CASE
) -> None:
    """Decided by a dispatcher and, where given, by an approver; handed over twice."""
    submissions = [
        said("decide_change", "decider", bench, decision=decision, reasons="理由一", hearing="听取")
    ]
    if approval:
        bench.clock.moment += timedelta(minutes=1)
        submissions.append(said("approve_change", "approver", bench, approved=approval, reasons="理由二"))
    bench.twice(RecordChange(case_id=case_id, change_id=change_id, submissions=submissions))


def changed(bench: Bench, ground: str = "DUTY_BREACH", case_id: UUID = CASE) -> UUID:
    """The handler of a handled case is changed on that ground; the request."""
    change_id = asked(bench, ground, case_id)
    bench.deliver(OpenChange(case_id=case_id, change_id=change_id, due=bench.clock.now()))
    decide(bench, change_id, "approve", "yes" if ground in ("DISAGREEMENT", "OTHER") else None, case_id)
    bench.deliver(SettleChange(case_id=case_id, change_id=change_id, effected=True))
    entered(bench, "DISPATCHING", case_id)
    return change_id


def change_of(bench: Bench, change_id: UUID) -> ChangeRequest:
    with bench.runtime.reading() as session:
        found = session.scalars(sa.select(ChangeRequest).where(ChangeRequest.id == change_id)).one()
        session.expunge(found)
        return found

"""A decided case on review's bench, and what is said and asked about it afterwards."""

from typing import Any
from uuid import UUID

from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.review_remedies import (
    RecordExplanation,
    RecordObjection,
    RecordTermination,
    RecordTerminationEffect,
)
from shared.contracts.workflow import CaseStateChanged, PublishMessage
from tests.rig import CASE, Bench, person
from tests.services.review.conftest import GOOD, GRANT, REFUSE, submission
from tests.services.review.test_handlers import decision, findings

API = f"/review/api/cases/{CASE}"
PAGE = f"/review/cases/{CASE}"
FIRM = "/demo-city/firm-a/"
REPORT = {"ground": "OTHER_AGENT", "facts": "受援人告诉我，已经自己委托了律师。"}
VERIFIED: dict[str, Any] = {
    "evidence": "看了委托合同", "evidence_files": [], "heard": "heard", "heard_on": "2026-09-23",
    "heard_how": "phone", "heard_words": "我自己请了律师", "proposal": "terminate", "reasons": "已委托他人",
}  # fmt: skip
REACHED: dict[str, Any] = {
    "result": "reached", "called_on": "2026-09-24", "called_at": "14:30", "number_confirmed": True,
    "spoken_with": "本人", "explained": "收入超过了标准", "still_doubts": "yes",
}  # fmt: skip


def now_in(bench: Bench, state: str) -> None:
    """Workflow announces the state."""
    bench.deliver(CaseStateChanged(case_id=CASE, before=None, after=state), job_key=None)


def granted(bench: Bench) -> Bench:
    """Granted and being handled."""
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.deliver(decision(GRANT))
    taken = TurnTaken(
        case_id=CASE, assignment_id=CASE, handler_id=person("handler"), firm_id=person("firm"), firm_path=FIRM
    )
    bench.deliver(taken)
    bench.deliver(CaseAccepted(case_id=CASE, handler_id=person("handler")), job_key=None)
    now_in(bench, "HANDLING")
    return bench


def refused(bench: Bench) -> Bench:
    """Refused."""
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.deliver(decision(REFUSE))
    now_in(bench, "REFUSED")
    return bench


def published(bench: Bench, name: str) -> list[PublishMessage]:
    """What processes were told under that name."""
    return [m for m in bench.emitted(PublishMessage) if m.name == name]


def reported(bench: Bench) -> UUID:
    """The handler reports; the id of the report."""
    answer = bench.client("handler", at=FIRM, who="handler").post(f"{API}/terminations", json=REPORT)
    assert answer.status_code == 201
    return UUID(answer.get_json()["id"])


def verified(termination_id: UUID, **changes: Any) -> RecordTermination:
    """Two persons decide on the report."""
    return RecordTermination(
        case_id=CASE,
        termination_id=termination_id,
        submissions=[
            submission("verify_termination", {**VERIFIED, **changes}, "reviewer"),
            submission("approve_termination", {"approved": "yes"}, "approver"),
        ],
    )


def terminated(bench: Bench) -> UUID:
    """A case that was terminated."""
    identifier = reported(granted(bench))
    bench.deliver(verified(identifier))
    bench.deliver(RecordTerminationEffect(case_id=CASE, termination_id=identifier, effective=True))
    now_in(bench, "TERMINATED")
    return identifier


def explained(doubt_id: UUID, **changes: Any) -> RecordExplanation:
    """The call."""
    call = submission("explain_by_phone", {**REACHED, **changes}, "reviewer")
    return RecordExplanation(case_id=CASE, doubt_id=doubt_id, submissions=[call])


def objected(bench: Bench) -> UUID:
    """The applicant objects; the id of the objection."""
    answer = bench.client("applicant", who="applicant").post(
        f"{API}/objections", json={"reasons": "收入没有超过标准"}
    )
    assert answer.status_code == 201
    return UUID(answer.get_json()["id"])


def decided(objection_id: UUID, result: str, element: str = "review_objection") -> RecordObjection:
    """The judicial bureau decides."""
    review = submission(element, {"result": result, "reasons": "查明的事实"}, "bureau_reviewer")
    return RecordObjection(case_id=CASE, objection_id=objection_id, submissions=[review])

"""The act of asking for another handler: by the recipient, the handler's side or the agency (S0-7.4.4f)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.dispatch import change_rules as rules
from services.dispatch.models import Assignment, Case, ChangeFile, ChangeRequest
from shared.contracts.workflow import PublishMessage
from shared.errors import Forbidden, Invalid, NotFound, Rejected, Sealed
from shared.messaging.work import UnitOfWork
from shared.rights import Person, Relation, may


class NobodyHandles(Rejected):
    """Nobody handles the case now."""

    zh = "现在没有承办人员在办理这个案件，不能申请更换。"


class ChangeUnderWay(Rejected):
    """A request to change the handler is under way."""

    zh = "已经有一份更换承办人员的申请在办理，请等它有了结果再提。"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What was filled in; `files`: name and content of each piece of evidence."""

    ground: str
    statement: str
    evidence: str | None
    files: Sequence[tuple[str, BinaryIO]] = ()


def standing_of(case: Case, person: Person) -> set[str]:
    """How the person stands towards the case: recipient, handler (or their firm), agency; or not at all."""
    sides = {
        rules.RECIPIENT: Relation(own=(case.applicant_id,)),
        rules.HANDLER: Relation(assigned=(case.handler_id,), firm=case.firm_path),
        rules.AGENCY: Relation(organisation=case.agency),
    }
    return {name for name, side in sides.items() if may(person, "dispatch.change.request", side)}


def open_grounds(session: Session, case: Case, person: Person, catalogue: list[Any]) -> list[Any]:
    """The grounds on which the person can ask now; none while nobody handles the case or one is asked."""
    if case.sealed_at or not rules.is_handled(case.state) or handled_by(session, case) is None:
        return []
    if under_way(session, case):
        return []
    return list(rules.grounds_for(catalogue, standing_of(case, person)))


def ask(work: UnitOfWork, case_id: UUID, person: Person, asking: Asking) -> ChangeRequest:
    """Keep the request and start its process.

    Raises NotFound for strangers, Sealed, NobodyHandles, ChangeUnderWay, Forbidden for a ground that is
    not this person's, Invalid for one without the evidence it needs (S0-7.4.4f1), TooLarge or FileRefused.
    """
    case = work.session.get(Case, case_id, with_for_update=True)
    standing = standing_of(case, person) if case else set()
    if case is None or not standing:
        raise NotFound
    assignment = _changeable(work.session, case)
    catalogue = work.policy.get("dispatch.change_grounds")
    ground = next((g for g in catalogue if g["code"] == asking.ground), None)
    if ground is None:
        raise Invalid({"ground": ["请选择理由"]})
    if ground not in rules.grounds_for(catalogue, standing):
        raise Forbidden("这个理由不能由您提出。")
    if rules.lacks_evidence(ground, asking.evidence, len(asking.files)):
        raise Invalid({"evidence": [rules.EVIDENCE_MISSING]})
    request = _keep(work, case, assignment, person, asking)
    _start(work, case, request)
    return request


def handled_by(session: Session, case: Case) -> Assignment | None:
    """The assignment that the case's handler accepted."""
    accepted = sa.select(Assignment).where(
        Assignment.case_id == case.case_id, Assignment.response == "accepted"
    )
    return session.scalar(accepted.order_by(Assignment.taken_at.desc(), Assignment.id.desc()).limit(1))


def under_way(session: Session, case: Case) -> bool:
    """Whether a request of the case awaits its end."""
    open_ones = sa.select(ChangeRequest.id).where(
        ChangeRequest.case_id == case.case_id, ChangeRequest.state.in_(rules.UNDER_WAY)
    )
    return session.scalar(open_ones.limit(1)) is not None


def _changeable(session: Session, case: Case) -> Assignment:
    if case.sealed_at:
        raise Sealed
    assignment = handled_by(session, case)
    if assignment is None or not rules.is_handled(case.state):
        raise NobodyHandles
    if under_way(session, case):
        raise ChangeUnderWay
    return assignment


def _keep(
    work: UnitOfWork, case: Case, assignment: Assignment, person: Person, asking: Asking
) -> ChangeRequest:
    request = ChangeRequest(
        id=work.ids.uuid(), case_id=case.case_id, assignment_id=assignment.id,
        handler_id=assignment.member_id, firm_id=assignment.firm_id, firm_path=case.firm_path or "/",
        ground=asking.ground, requested_by=person.id, requested_at=work.clock.now(),
        statement=asking.statement, evidence=asking.evidence, state=rules.REQUESTED,
    )  # fmt: skip
    work.session.add(request)
    limit = int(work.policy.get("intake.upload_max_mb")) * 1024 * 1024
    for name, content in asking.files:
        file = work.files.keep(content, limit)
        work.session.add(
            ChangeFile(
                id=work.ids.uuid(), change_id=request.id, case_id=case.case_id, name=name,
                sha256=file.sha256, media_type=file.media_type,
            )
        )  # fmt: skip
    return request


def _start(work: UnitOfWork, case: Case, request: ChangeRequest) -> None:
    work.emit(
        PublishMessage(
            case_id=case.case_id, name="handler_change_requested", correlation_key=str(case.case_id),
            message_id=str(request.id),
            variables={
                "case_id": str(case.case_id), "agency": case.agency, "applicant_id": str(case.applicant_id),
                "handler_id": str(request.handler_id), "firm_path": request.firm_path,
                "change_id": str(request.id), "ground": request.ground,
                "requested_by": str(request.requested_by),
            },
        )
    )  # fmt: skip

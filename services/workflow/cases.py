"""Taking note of what other services say about a case, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import CaseCopy, CaseMaterial, Instance, StoredVariable
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.intake import ApplicationRegistered, ApplicationResubmitted
from shared.errors import NotFound, NotYet, Sealed
from shared.messaging.work import UnitOfWork
from shared.rights import Person, Relation, may

APPLICANT = "applicant_id"
"""The variable that names the applicant, until the case is registered."""
ARCHIVED = "ARCHIVED"
_CLOSED = sa.text(
    f"SELECT 1 FROM instance WHERE case_id = :case AND case_state = '{ARCHIVED}' "
    "UNION ALL SELECT 1 FROM removed_instance WHERE case_id = :case LIMIT 1"
).bindparams(sa.bindparam("case", type_=sa.Uuid()))
"""Asked on every start, so once and as text: putting it together costs more than the answer."""


def keep_case(answer: ApplicationRegistered, work: UnitOfWork) -> None:
    """A case was registered."""
    case = work.session.get(CaseCopy, answer.case_id) or CaseCopy(case_id=answer.case_id)
    case.number, case.agency, case.applicant_id = answer.number, answer.agency, answer.applicant_id
    work.session.add(case)
    _keep_materials(work.session, answer.case_id, answer.materials)


def keep_materials(event: ApplicationResubmitted, work: UnitOfWork) -> None:
    """The applicant handed in more; the event names everything there is."""
    _case(event.case_id, work)
    _keep_materials(work.session, event.case_id, event.materials)


def keep_firm(answer: TurnTaken, work: UnitOfWork) -> None:
    """A member of this firm got the turn: its manager may follow the case."""
    _case(answer.case_id, work).firm_path = answer.firm_path


def keep_handler(event: CaseAccepted, work: UnitOfWork) -> None:
    """The handler may follow the case."""
    _case(event.case_id, work).handler_id = event.handler_id


def case_for(session: Session, case_id: UUID, person: Person) -> CaseCopy:
    """The case, for who may see it; raises NotFound for anybody else.

    One that is not registered yet is known by its process alone: it has no number.
    """
    case = session.get(CaseCopy, case_id) or _unregistered(session, case_id)
    if case is None or not may(person, "workflow.case.read", about(case)):
        raise NotFound
    return case


def about(case: CaseCopy) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path
    )


def refuse_archived(session: Session, case_id: UUID | None) -> None:
    """Nothing begins or goes on in a case that is archived, or even removed; raises Sealed."""
    if case_id is not None and session.scalar(_CLOSED, {"case": case_id}) is not None:
        raise Sealed


def speaker_of(session: Session, case_id: UUID) -> Instance | None:
    """The newest process that speaks about the state of a case; others of the case may run beside it."""
    speaking = sa.select(Instance).where(Instance.case_id == case_id, Instance.case_state.is_not(None))
    return session.scalar(speaking.order_by(Instance.key.desc()).limit(1))


def state_of_case(session: Session, case_id: UUID) -> str | None:
    """The state a case is in; None before its first."""
    speaker = speaker_of(session, case_id)
    return None if speaker is None else speaker.case_state


def numbers_of(session: Session, case_ids: set[UUID]) -> dict[UUID, str]:
    """The numbers of these cases, as far as they have one."""
    of_these = sa.select(CaseCopy.case_id, CaseCopy.number).where(CaseCopy.case_id.in_(case_ids))
    return {row.case_id: row.number for row in session.execute(of_these)}


def materials_of(session: Session, case_id: UUID | None) -> Sequence[CaseMaterial]:
    """What the applicant handed in, in the order intake names it."""
    of_case = sa.select(CaseMaterial).where(CaseMaterial.case_id == case_id)
    return session.scalars(of_case.order_by(CaseMaterial.position)).all()


def _unregistered(session: Session, case_id: UUID) -> CaseCopy | None:
    first = sa.select(Instance).where(Instance.case_id == case_id).order_by(Instance.key).limit(1)
    instance = session.scalar(first)
    if instance is None:
        return None
    applicant: Any = session.scalar(
        sa.select(StoredVariable.value).where(
            StoredVariable.scope_key == instance.key, StoredVariable.name == APPLICANT
        )
    )
    try:
        applicant_id = UUID(str(applicant))
    except ValueError:
        return None
    return CaseCopy(case_id=case_id, number="", agency=instance.org_path, applicant_id=applicant_id)


def _keep_materials(session: Session, case_id: UUID, materials: Sequence[dict[str, str]]) -> None:
    known = {material.id: material for material in materials_of(session, case_id)}
    for position, given in enumerate(materials):
        identifier = UUID(given["id"])
        row = known.get(identifier) or CaseMaterial(id=identifier, case_id=case_id)
        row.kind, row.position = given["kind"], position
        row.name = given.get("name") or row.name
        session.add(row)


def _case(case_id: UUID, work: UnitOfWork) -> CaseCopy:
    case = work.session.get(CaseCopy, case_id)
    if case is None:
        raise NotYet(f"case {case_id} is not registered here yet")
    return case

"""回避: who is related to a case stays away from it, of their own accord or ordered to.

浙江省法律援助条例 art. 16: a reviewer related to the applicant must withdraw.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Candidate, Recusal, Task
from services.workflow.problems import Recused

REASONS = {
    "party": "本人是本案的当事人",
    "relative": "本人是申请人或者对方当事人的近亲属",
    "interest": "本人或者近亲属与本案有利害关系",
    "acted_before": "本人担任过本案的证人、鉴定人、代理人或者调解人",
    "other": "与申请人或者对方当事人有其他关系，可能影响公正办理",
}
LONGEST = 1000


def standing_recusals(session: Session, case_id: UUID) -> Sequence[Recusal]:
    """Who stays away from a case now, the earliest first."""
    standing = sa.select(Recusal).where(Recusal.case_id == case_id, Recusal.lifted_at.is_(None))
    return session.scalars(standing.order_by(Recusal.at, Recusal.id)).all()


def recusals_of(session: Session, case_id: UUID) -> Sequence[Recusal]:
    """The same with those that were lifted."""
    of_case = sa.select(Recusal).where(Recusal.case_id == case_id)
    return session.scalars(of_case.order_by(Recusal.at, Recusal.id)).all()


def is_recused(session: Session, case_id: UUID | None, person: str) -> bool:
    """Whether the person (their id as text) must stay away from the case."""
    return case_id is not None and any(
        str(recusal.person_id) == person for recusal in standing_recusals(session, case_id)
    )


def refuse_recused(session: Session, case_id: UUID | None, person: str) -> None:
    """Raises Recused for who must stay away from the case."""
    if is_recused(session, case_id, person):
        raise Recused(rule="recusal")


def cases_left(person_id: UUID) -> sa.Select[tuple[UUID]]:
    """The cases that a person must stay away from."""
    return sa.select(Recusal.case_id).where(Recusal.person_id == person_id, Recusal.lifted_at.is_(None))


def not_left(person_id: UUID) -> sa.ColumnElement[bool]:
    """Which tasks are of none of these cases."""
    return Task.case_id.is_(None) | Task.case_id.not_in(cases_left(person_id))


def offer_not_left(person_id: UUID) -> sa.ColumnElement[bool]:
    """Which offers are of none of their tasks, without looking at the tasks of other cases."""
    return Candidate.task_key.not_in(sa.select(Task.key).where(Task.case_id.in_(cases_left(person_id))))

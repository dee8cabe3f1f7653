"""What happened before in the same matter: in this case, and in the cases whose next stage it is."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from services.dispatch import change_rules
from services.dispatch.models import Assignment, Case, ChangeRequest
from shared.messaging.work import UnitOfWork


def handler_before(case: Case, work: UnitOfWork) -> UUID | None:
    """Who handled this case (when its termination was overturned) or its earlier stage last, so that they
    go on with it; None where the policy `dispatch.continuity` says no, or nobody did."""
    if not work.policy.get("dispatch.continuity"):
        return None
    for one in _stages(case, work):
        accepted = sa.select(Assignment.member_id).where(
            Assignment.case_id == one.case_id, Assignment.response == "accepted"
        )
        found = work.session.scalar(accepted.order_by(Assignment.taken_at.desc()).limit(1))
        if found is not None:
            return found
    return None


def changes_of_matter(case: Case, work: UnitOfWork) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Members, and firms, that a change of handler in this or an earlier stage bars for good (C33)."""
    stages = [one.case_id for one in _stages(case, work)]
    changes = sa.select(ChangeRequest).where(
        ChangeRequest.case_id.in_(stages), ChangeRequest.state.in_(change_rules.BARRING)
    )
    found = list(work.session.scalars(changes))
    bars = {ground["code"]: ground["bars"] for ground in work.policy.get("dispatch.change_grounds")}
    firms = frozenset(change.firm_id for change in found if bars.get(change.ground) == change_rules.FIRM)
    return frozenset(change.handler_id for change in found), firms


def _stages(case: Case, work: UnitOfWork) -> Iterator[Case]:
    """This case, then the earlier stages of the matter, the newest first; each once."""
    seen: set[UUID] = set()
    one: Case | None = case
    while one is not None and one.case_id not in seen:
        seen.add(one.case_id)
        yield one
        one = work.session.get(Case, one.earlier_case_id) if one.earlier_case_id else None

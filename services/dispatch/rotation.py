"""Taking and giving back turns: one taker at a time, everything on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.dispatch import rules
from services.dispatch.earlier import changes_of_matter, handler_before
from services.dispatch.indexes import applicant_indexes, indexes_of
from services.dispatch.models import Assignment, Case, Consideration, Escalation, Member, RotationLock, Turn
from shared.clock import SHANGHAI
from shared.database import table_of
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


def take_turn_for(case: Case, work: UnitOfWork) -> tuple[Assignment, Member] | None:
    """Assign the next member without a fault; the explanation is kept whether somebody is found or not."""
    _lock_rotation(work)
    members = {member.member_id: member for member in work.session.scalars(sa.select(Member))}
    today = work.clock.now().astimezone(SHANGHAI).date()
    candidates = [_candidate(member, work) for member in members.values()]
    before = handler_before(case, work)
    chosen, looked_at = rules.choose(candidates, _parties(case, work), today, _required(case, work), before)
    _keep_explanation(case, chosen, looked_at, before, work)
    if chosen is None:
        return None
    return _assign(case, members[chosen.member_id], work)


def give_back(assignment: Assignment, reason: str, work: UnitOfWork) -> None:
    """Give the turn back: the member stands where they stood before."""
    _lock_rotation(work)
    member = work.session.get_one(Member, assignment.member_id)
    member.turns -= 1
    member.waiting_since = assignment.waited_since
    _enter(member.member_id, assignment.case_id, -1, reason, work)


def _lock_rotation(work: UnitOfWork) -> None:
    insert_new(work.session, table_of(RotationLock), {"id": 1})
    work.session.execute(sa.select(RotationLock.id).with_for_update())


def _candidate(member: Member, work: UnitOfWork) -> rules.Candidate:
    looked_for = {name: indexes_of(work.keys, member.names[name]) for name in ("name", "firm_name")}
    plain = rules.Candidate.__dataclass_fields__.keys() - {"name_indexes", "firm_indexes"}
    return rules.Candidate(
        **{name: getattr(member, name) for name in plain},
        name_indexes=looked_for["name"], firm_indexes=looked_for["firm_name"],
    )  # fmt: skip


def _required(case: Case, work: UnitOfWork) -> rules.Requirements:
    policy = work.policy.get("dispatch")
    by_notice = case.case_kind == rules.CRIMINAL_NOTICE
    grave = {ground["code"] for ground in work.policy.get("intake.notice_grounds") if ground["grave"]}
    return rules.Requirements(
        licence_years=policy["licence_years"], clean_years=policy["clean_years"], lawyers_only=by_notice,
        grave_years=policy["grave_licence_years"] if by_notice and case.category in grave else None,
    )  # fmt: skip


def _parties(case: Case, work: UnitOfWork) -> rules.Parties:
    running = sa.select(Case).where(
        Case.case_id != case.case_id, Case.firm_id.is_not(None), Case.sealed_at.is_(None)
    )
    others = list(work.session.scalars(running))
    changed, changed_firms = changes_of_matter(case, work)
    applicant = applicant_indexes(work.keys, case)
    return rules.Parties(
        matter=case.matter,
        applicant_id=case.applicant_id,
        opponent_indexes=frozenset(case.opponent_indexes),
        firms_for_opponent=_firms(
            c for c in others if applicant_indexes(work.keys, c) & set(case.opponent_indexes)
        ),
        firms_against_applicant=_firms(c for c in others if applicant & set(c.opponent_indexes)),
        declined=_declined(case, work),
        changed=changed,
        changed_firms=changed_firms,
    )


def _firms(cases: Any) -> frozenset[UUID]:
    return frozenset(case.firm_id for case in cases)


def _declined(case: Case, work: UnitOfWork) -> frozenset[UUID]:
    responses = sa.select(Assignment.member_id, Assignment.response, Assignment.responded_at).where(
        Assignment.case_id == case.case_id, Assignment.response.is_not(None)
    )
    escalated = sa.select(sa.func.max(Escalation.at)).where(Escalation.case_id == case.case_id)
    rows = work.session.execute(responses).tuples()
    return rules.declined_members(list(rows), work.session.scalar(escalated))  # type: ignore[arg-type]


def _keep_explanation(
    case: Case,
    chosen: rules.Candidate | None,
    looked_at: list[rules.Considered],
    before: UUID | None,
    work: UnitOfWork,
) -> None:
    entries = [
        {
            "member_id": str(seen.candidate.member_id),
            "turns": seen.candidate.turns,
            "waiting_since": seen.candidate.waiting_since.isoformat(),
            "faults": list(seen.faults),
            "rule": rules.CONTINUITY if seen.candidate.member_id == before else rules.ROTATION,
        }
        for seen in looked_at
    ]
    work.session.add(
        Consideration(
            id=work.ids.uuid(), case_id=case.case_id, chosen=chosen.member_id if chosen else None,
            entries=entries, at=work.clock.now(),
        )
    )  # fmt: skip


def _assign(case: Case, member: Member, work: UnitOfWork) -> tuple[Assignment, Member]:
    assignment = Assignment(
        id=work.ids.uuid(), case_id=case.case_id, member_id=member.member_id, firm_id=member.firm_id,
        taken_at=work.clock.now(), waited_since=member.waiting_since,
    )  # fmt: skip
    work.session.add(assignment)
    member.turns += 1
    member.waiting_since = work.clock.now()
    _enter(member.member_id, case.case_id, 1, "taken", work)
    return assignment, member


def _enter(member_id: UUID, case_id: UUID, change: int, reason: str, work: UnitOfWork) -> None:
    work.session.add(
        Turn(
            id=work.ids.uuid(), member_id=member_id, case_id=case_id, change=change, reason=reason,
            at=work.clock.now(),
        )
    )  # fmt: skip

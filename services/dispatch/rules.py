"""Who is next: qualification, conflicts of interest and the order of the rotation, from plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

INACTIVE = "inactive"
LICENCE_TOO_SHORT = "licence_too_short"
REVIEW_FAILED = "annual_review_failed"
SANCTIONED = "sanctioned_recently"
MATTER_NOT_TAKEN = "matter_not_taken"
IS_APPLICANT = "is_applicant"
IS_OPPONENT = "is_opponent"
FIRM_IS_OPPONENT = "firm_is_opponent"
FIRM_FOR_OPPONENT = "firm_acts_for_opponent"
FIRM_AGAINST_APPLICANT = "firm_acts_against_applicant"
DECLINED = "declined_this_case"
CHANGED = "changed_in_this_case"
FIRM_CHANGED = "firm_conflicted_in_this_case"
NOT_A_LAWYER = "not_a_lawyer"
GRAVE_CASE = "licence_too_short_for_grave_case"
REASONS: dict[str, str] = {
    INACTIVE: "不在人员库或者已暂停",
    LICENCE_TOO_SHORT: "执业年限不够",
    REVIEW_FAILED: "没有通过年度考核",
    SANCTIONED: "近期受过处罚或者惩戒",
    MATTER_NOT_TAKEN: "不承办这类事项",
    IS_APPLICANT: "是本案申请人",
    IS_OPPONENT: "与对方当事人同名，可能有利害关系",
    FIRM_IS_OPPONENT: "所在机构是对方当事人",
    FIRM_FOR_OPPONENT: "所在机构正在为对方当事人办案",
    FIRM_AGAINST_APPLICANT: "所在机构正在办理以申请人为对方的案件",
    DECLINED: "对本案已经回避、不能承办或者逾期没有答复",
    CHANGED: "本案已经把其更换下来",
    FIRM_CHANGED: "所在机构因利益冲突被更换下来",
    NOT_A_LAWYER: "刑事通知案件由律师承办，其不是律师",
    GRAVE_CASE: "可能判处无期徒刑、死刑或者死刑复核的案件，执业年限不够",
}
CRIMINAL_NOTICE = "criminal_notice"
CONTINUITY, ROTATION = "continuity", "rotation"
RULES = {CONTINUITY: "以前承办过本案或者本案的前一阶段，优先承办", ROTATION: "轮到"}
"""Why a member was looked at in that place."""
RESPONSES = ("accepted", "conflict", "cannot")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A member as the rotation sees one; names only as blind indexes."""

    member_id: UUID
    firm_id: UUID
    kind: str
    active: bool
    licensed_on: date
    review_passed: bool
    sanctioned_on: date | None
    matters: Sequence[str]
    name_indexes: Collection[str]
    firm_indexes: Collection[str]
    turns: int
    waiting_since: datetime


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who is involved in the case, and what bars a firm or member from it."""

    matter: str
    applicant_id: UUID
    opponent_indexes: Set[str]
    firms_for_opponent: Collection[UUID] = field(default_factory=frozenset)
    firms_against_applicant: Collection[UUID] = field(default_factory=frozenset)
    declined: Collection[UUID] = field(default_factory=frozenset)
    changed: Collection[UUID] = field(default_factory=frozenset)
    changed_firms: Collection[UUID] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What the policy asks for: years of licence, years without sanction (S0-9.2.3).

    A criminal notice case is for lawyers only; `grave_years` (Legal Aid Law art. 26) for a grave one.
    """

    licence_years: int
    clean_years: int
    lawyers_only: bool = False
    grave_years: int | None = None


@dataclass(frozen=True, kw_only=True)
class Considered:
    """One member's turn to be looked at: the reasons against, or none."""

    candidate: Candidate
    faults: tuple[str, ...]


def choose(
    candidates: Iterable[Candidate],
    parties: Parties,
    on: date,
    required: Requirements,
    preferred: UUID | None = None,
) -> tuple[Candidate | None, list[Considered]]:
    """The first in rotation order without a fault, and everyone looked at until then, in order.

    `preferred`, who handled the matter before, is looked at first. When all have faults the choice is None
    and everybody is listed: never silence.
    """
    looked_at: list[Considered] = []
    for candidate in sorted(candidates, key=lambda c: (c.member_id != preferred, *rotation_order(c))):
        faults = faults_of(candidate, parties, on, required)
        looked_at.append(Considered(candidate=candidate, faults=faults))
        if not faults:
            return candidate, looked_at
    return None, looked_at


def rotation_order(candidate: Candidate) -> tuple[int, datetime, str]:
    """Fewest turns taken, then longest wait, then id: no chance in it, anybody can check it."""
    return candidate.turns, candidate.waiting_since, str(candidate.member_id)


def faults_of(candidate: Candidate, parties: Parties, on: date, required: Requirements) -> tuple[str, ...]:
    """Every reason against this member for this case."""
    return (*unqualified(candidate, parties.matter, on, required), *conflicts(candidate, parties))


def unqualified(candidate: Candidate, matter: str, on: date, required: Requirements) -> tuple[str, ...]:
    """Reasons of qualification on that day (S0-9.2.3, S0-9.2.3b).

    以上 and 以内 include the number: a licence of exactly two years is enough, a sanction exactly two
    years old still counts.
    """
    sanctioned = candidate.sanctioned_on
    found = {
        INACTIVE: not candidate.active,
        LICENCE_TOO_SHORT: years_after(candidate.licensed_on, required.licence_years) > on,
        REVIEW_FAILED: not candidate.review_passed,
        SANCTIONED: sanctioned is not None and years_after(sanctioned, required.clean_years) >= on,
        MATTER_NOT_TAKEN: bool(candidate.matters) and matter not in candidate.matters,
        NOT_A_LAWYER: required.lawyers_only and candidate.kind != "lawyer",
        GRAVE_CASE: required.grave_years is not None
        and years_after(candidate.licensed_on, required.grave_years) > on,
    }
    return tuple(reason for reason, applies in found.items() if applies)


def conflicts(candidate: Candidate, parties: Parties) -> tuple[str, ...]:
    """Reasons of interest: the member or the firm stands on the other side (S0-7.4.4c)."""
    found = {
        IS_APPLICANT: candidate.member_id == parties.applicant_id,
        IS_OPPONENT: not parties.opponent_indexes.isdisjoint(candidate.name_indexes),
        FIRM_IS_OPPONENT: not parties.opponent_indexes.isdisjoint(candidate.firm_indexes),
        FIRM_FOR_OPPONENT: candidate.firm_id in parties.firms_for_opponent,
        FIRM_AGAINST_APPLICANT: candidate.firm_id in parties.firms_against_applicant,
        DECLINED: candidate.member_id in parties.declined,
        CHANGED: candidate.member_id in parties.changed,
        FIRM_CHANGED: candidate.firm_id in parties.changed_firms,
    }
    return tuple(reason for reason, applies in found.items() if applies)


def declined_members(
    responses: Iterable[tuple[UUID, str, datetime]], escalated_at: datetime | None
) -> frozenset[UUID]:
    """Members not to be asked again for this case: a conflict always counts, `cannot` and `lapsed`
    until a dispatcher has stepped in. `responses`: member, response, moment."""
    return frozenset(
        member
        for member, response, at in responses
        if response == "conflict"
        or (response in ("cannot", "lapsed") and (escalated_at is None or at > escalated_at))
    )


def restores_turn(response: str) -> bool:
    """Whether the turn is given back: who reports a conflict or cannot take the case keeps the place."""
    return response in ("conflict", "cannot")


def years_after(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

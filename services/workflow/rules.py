"""Decisions of workflow that need no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from shared.rights import Held

LARGEST_KEY = 2**63 - 1
LONGEST_WAIT = timedelta(minutes=5)

LANE_ROLES = {
    "申请人": "applicant", "受理人员": "clerk", "审查人员": "reviewer", "审批负责人": "approver",
    "指派人员": "dispatcher", "承办机构负责人": "firm_manager", "承办人员": "handler",
    "结案审查人员": "closing_reviewer", "归档人员": "archivist",
    "评估人员": "assessor", "复核专家": "expert", "异议复查人员": "bureau_reviewer",
    "办案机关联络人员": "authority", "流程管理员": "process_owner",
    "系统管理员": "administrator",
}  # fmt: skip


class Holder(Protocol):
    """Somebody who holds roles at organisations."""

    @property
    def id(self) -> UUID:
        """Their id."""
        ...

    @property
    def roles(self) -> tuple[Held, ...]:
        """Each role with its organisation."""
        ...

    @property
    def organisations(self) -> frozenset[str]:
        """Where they hold roles."""
        ...

    def holds(self, *roles: str, at: str | None = None) -> bool:
        """Whether one of the roles is held at the organisation or above it."""
        ...


class Offered(Protocol):
    """A task as far as it says who may do it."""

    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    org_path: str
    lane_role: str | None


def may_take(person: Holder, task: Offered) -> bool:
    """Whether the task is offered to the person: by role at its organisation or above, or by name."""
    if str(person.id) in (task.assignee, *task.candidate_users):
        return True
    return any(person.holds(group, at=task.org_path) for group in task.candidate_groups)


def groups_of(
    named: Sequence[str], users: Sequence[str], assignee: str | None, lane: str | None
) -> list[str]:
    """The candidate roles of a task; when the model names nobody, the lane's name is the role."""
    if named or users or assignee:
        return list(named)
    role = LANE_ROLES.get(lane or "", lane)
    return [role] if role else []


def names_in(text: str | None) -> list[str]:
    """The names in a comma-separated property."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def broken_separation(
    separate_from: Iterable[str], done: Iterable[tuple[str, str]], person: str
) -> str | None:
    """The element whose task the person completed although this one must be done by another; or None.

    `done`: pairs of element id and who completed its task, in this instance.
    """
    forbidden = set(separate_from)
    return next((element for element, by in done if element in forbidden and by == person), None)


def is_of(firm: str, organisations: Iterable[str]) -> bool:
    """Whether somebody who holds roles at these organisations belongs to the firm or to a part of it."""
    inside = firm.rstrip("/") + "/"
    return any(f"{place}/".startswith(inside) for place in organisations)


def fairer(before: datetime, anew: datetime, *, for_citizen: bool) -> datetime:
    """Of two ends of one period the one that is no disadvantage: the later for what a citizen has to do,
    the earlier for what we have to do.
    """
    return max(before, anew) if for_citizen else min(before, anew)


def wait_before_retry(attempt: int) -> timedelta:
    """Back-off after the n-th failed attempt: 1 s, 4 s, 16 s … at most five minutes."""
    return min(timedelta(seconds=4 ** min(attempt - 1, 10)), LONGEST_WAIT)


def reaches(places: Sequence[str] | None, organisation: str) -> bool:
    """Whether a message from somebody with a right at these places (None: at all) may reach a process of an
    organisation (its path; empty for none)."""
    return places is None or not organisation or any(organisation.startswith(place) for place in places)


def short_name(message: str) -> str:
    """`decision_recorded` for `review.decision_recorded`."""
    return message.rpartition(".")[2]

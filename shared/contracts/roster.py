"""What the roster of case handlers announces."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.messaging.contract import Answer, Personal


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Answer):
    """A member entered or changed; dispatch keeps a copy. `member`: {"name", "firm_name"}.

    `matters`: codes of S0 4.1 the member takes, empty = all. Dates are calendar dates (S0-9.2.3).
    """

    NAME: ClassVar[str] = "roster.member_changed"
    member_id: UUID
    firm_id: UUID
    firm_path: str
    kind: str
    active: bool
    licensed_on: date
    review_passed: bool
    sanctioned_on: date | None
    matters: list[str]
    member: Personal

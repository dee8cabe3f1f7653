"""What notify accepts and announces."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command


@dataclass(frozen=True, kw_only=True)
class NoticeSent(Answer):
    """One delivery per recipient and channel was made or tried; `delivered_at` is the first success.

    A period that starts with the notice starts there (never when nothing was delivered: null).
    """

    NAME: ClassVar[str] = "notify.notice_sent"
    case_id: UUID
    notice_id: UUID
    delivered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SendNotice(Command):
    """Tell people something: template name, who, and what the text needs.

    `recipients` are person ids; `roles` are role names, meaning everyone who holds one at
    `organisation` or above it. `about` holds numbers, dates and flags only; personal words come
    with the `submissions`. Channels follow the policy `notice.channels.<channels>`. `representative`: the
    guardian or close relative who applied for the applicant is told as well (S0-7.4.4f).
    """

    NAME: ClassVar[str] = "notify.send_notice"
    ANSWERS = (NoticeSent,)
    case_id: UUID
    template: str
    channels: str = "default"
    recipients: list[UUID] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    organisation: str = "/"
    representative: bool = False
    about: dict[str, Any] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TellPerson(Command):
    """Tell people something about their account, beside any case: `recipients` are person ids; `roles` means
    everyone who holds one at `organisation` or above it. `about` holds ids, numbers and flags only."""

    NAME: ClassVar[str] = "notify.tell_person"
    template: str
    recipients: list[UUID] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    organisation: str = "/"
    about: dict[str, Any] = field(default_factory=dict)

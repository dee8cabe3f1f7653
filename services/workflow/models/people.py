"""Where people hold roles, who stands in for whom, and who must stay away from a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Encrypted


class PersonPlace(Base):
    """A person holds these roles at this organisation; none for one announced to an earlier version."""

    __tablename__ = "person_place"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    roles: Mapped[list[str]] = mapped_column(server_default="[]")


class Staff(Base):
    """Somebody who works here, by name: to choose a substitute, and to say who stands in for whom."""

    __tablename__ = "staff"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Encrypted("staff.name"))
    active: Mapped[bool] = mapped_column(sa.Boolean)


class Absence(Base):
    """Somebody is away from one moment to another (which no longer counts), and who stands in for them.

    Nothing is moved: what is theirs stays theirs, and the substitute sees it too as long as this counts.
    """

    __tablename__ = "absence"
    __table_args__ = (sa.Index("ix_absence_substitute", "substitute_id", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    substitute_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[UUID | None]


class Recusal(Base):
    """A person stays away from a case, of their own accord or ordered to (`by` is then another's id).

    It counts until it is lifted. Why is a code; what was written about it is sealed.
    """

    __tablename__ = "recusal"
    __table_args__ = (sa.Index("ix_recusal_person", "person_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID]
    role: Mapped[str]
    reason: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(Encrypted("recusal.text"))
    at: Mapped[datetime]
    by: Mapped[UUID]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    lifted_because: Mapped[str | None] = mapped_column(Encrypted("recusal.lifted_because"))

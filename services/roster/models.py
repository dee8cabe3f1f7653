"""The tables of the roster: members, and copies of the people and organisations that identity announced."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.roster.rules import Standing
from shared.database import Document, Encrypted


class Base(DeclarativeBase):
    """Root of the roster's tables."""


class Organisation(Base):
    """An organisation as identity announced it."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(100))


class Person(Base):
    """A person as identity announced them; `handler_at`: paths where they hold the role `handler`."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Encrypted("person.name"))
    handler_at: Mapped[list[str]] = mapped_column(Document)
    active: Mapped[bool]


class Member(Base):
    """A member of the roster; `matters`: codes of S0 4.1 they take, empty for all."""

    __tablename__ = "member"

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    licensed_on: Mapped[date]
    review_passed: Mapped[bool]
    sanctioned_on: Mapped[date | None]
    matters: Mapped[list[str]] = mapped_column(Document)
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    revision: Mapped[int]

    def standing(self, person: Person) -> Standing:
        """What the rules look at."""
        return Standing(
            active=self.left_on is None and person.active,
            licensed_on=self.licensed_on,
            review_passed=self.review_passed,
            sanctioned_on=self.sanctioned_on,
        )

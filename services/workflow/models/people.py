"""Where people hold roles: to say who must stay away from a task before it is given to them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base


class PersonPlace(Base):
    """A person holds some role at this organisation."""

    __tablename__ = "person_place"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)

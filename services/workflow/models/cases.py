"""What workflow must know of a case to say who may see it and to fill its forms."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Encrypted


class CaseCopy(Base):
    """A registered case: its number, and whose business it is."""

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str]
    applicant_id: Mapped[UUID]
    handler_id: Mapped[UUID | None]
    firm_path: Mapped[str | None]


class CaseMaterial(Base):
    """A material that the applicant handed in; the file itself is intake's."""

    __tablename__ = "case_material"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str | None] = mapped_column(Encrypted("case_material.name"))
    position: Mapped[int] = mapped_column(sa.Integer)

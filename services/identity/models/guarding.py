"""The tables that keep guessers away: who tried from where, and whom we told of it.

Addresses, names and numbers stand here as blind indexes only.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.accounts import Base
from shared.database import Document, Instant


class AddressAttempt(Base):
    """What was tried from one address at one door; `tried`: blind index of a name -> moment (ISO)."""

    __tablename__ = "address_attempt"

    address_index: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    door: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    tried: Mapped[dict[str, str]] = mapped_column(Document)
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)


class AccountWarning(Base):
    """When we last warned of something; `subject` is a blind index, whether anybody has that name or not."""

    __tablename__ = "account_warning"

    subject: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    warned_at: Mapped[datetime] = mapped_column(Instant, index=True)

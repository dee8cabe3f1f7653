"""Keeping record of who looked at masked data in full."""

from __future__ import annotations

from uuid import UUID

from services.intake.models import Disclosure
from shared.messaging.work import UnitOfWork


def disclose(work: UnitOfWork, case_id: UUID, person_id: UUID, purpose: str) -> None:
    """Note the person, the moment and the purpose. A sealed case is noted too: reading stays allowed."""
    work.session.add(
        Disclosure(id=work.ids.uuid(), case_id=case_id, person_id=person_id, at=work.clock.now(),
                   purpose=purpose[:500])
    )  # fmt: skip

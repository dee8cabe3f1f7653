"""Keeping record of who looked at masked data in full."""

from __future__ import annotations

from services.intake.models import Application
from shared.messaging.work import UnitOfWork
from shared.web.access_log import UNMASKED, Looked, Purpose, note_access

_SHOWN = ("name", "id_number", "phone", "address", "agent_name", "opponents")


def disclose(work: UnitOfWork, case: Application, why: Purpose) -> None:
    """Note who looks and what for. A sealed case is noted too: reading stays allowed."""
    looked = Looked(
        what="intake.parties", record_id=case.case_id, organisation=case.agency, case_id=case.case_id,
        case_number=case.number or "", fields=_SHOWN,
    )  # fmt: skip
    note_access(work, UNMASKED, looked, why)

"""What handling does when told."""

from __future__ import annotations

from services.handling.handlers.case import follow_state, keep_case, seal_record
from services.handling.handlers.contact import (
    note_deadline,
    open_handling,
    record_agreement,
    record_handover,
    record_meeting,
)
from services.handling.handlers.entries import record_entry, record_evidence_deadline, record_solution
from services.handling.handlers.staying import record_resumption, record_suspension
from services.handling.witness import check_witness_window
from shared.contracts.handling import (
    NoteDeadline,
    OpenHandling,
    RecordAgreement,
    RecordHandover,
    RecordMeeting,
    RecordProgress,
    SealRecord,
)
from shared.contracts.handling_work import (
    CheckWitnessWindow,
    RecordCourtRequest,
    RecordEvidenceDeadline,
    RecordEvidenceList,
    RecordFileReading,
    RecordHearing,
    RecordInvestigation,
    RecordMajorMatter,
    RecordNegotiation,
    RecordPleading,
    RecordResumption,
    RecordSolution,
    RecordSuspension,
    RecordWitnessApplication,
)
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.workflow import CaseStateChanged
from shared.service import Handler

ENTRIES: tuple[type, ...] = (
    RecordProgress, RecordFileReading, RecordInvestigation, RecordCourtRequest, RecordEvidenceList,
    RecordPleading, RecordWitnessApplication, RecordHearing, RecordMajorMatter, RecordNegotiation,
)  # fmt: skip

HANDLERS: dict[type, Handler] = {
    ApplicationRegistered: keep_case,
    CaseStateChanged: follow_state,
    OpenHandling: open_handling,
    RecordAgreement: record_agreement,
    RecordMeeting: record_meeting,
    RecordHandover: record_handover,
    **dict.fromkeys(ENTRIES, record_entry),
    RecordEvidenceDeadline: record_evidence_deadline,
    RecordSolution: record_solution,
    CheckWitnessWindow: check_witness_window,
    RecordSuspension: record_suspension,
    RecordResumption: record_resumption,
    NoteDeadline: note_deadline,
    SealRecord: seal_record,
}

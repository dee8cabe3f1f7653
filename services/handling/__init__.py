"""Handling (案件办理): agreement, first meeting, progress until the case is declared complete.

Accepts: OpenHandling, RecordAgreement, RecordMeeting, RecordProgress, NoteDeadline, SealRecord.
Announces: HandlingOpened, AgreementRecorded, MeetingRecorded, ProgressRecorded/Rejected,
DeadlineNoted, RecordSealed.
Listens to: intake.ApplicationRegistered (its copy of the case).
"""

"""Handling (案件办理): agreement, first meeting, handover, the log, stays, until the case is complete.

Accepts: OpenHandling, RecordAgreement, RecordMeeting, RecordHandover, an entry of the log of every kind
(RecordProgress to RecordNegotiation), RecordSolution, CheckWitnessWindow, RecordSuspension, RecordResumption,
NoteDeadline, SealRecord.
Announces: their answers; ProgressRecorded or ProgressRejected for every entry. Asks workflow to publish
`evidence_deadline_set` and `suspension_reported`.
Listens to: intake.ApplicationRegistered (its copy of the case), workflow.CaseStateChanged.
"""

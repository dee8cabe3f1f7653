"""Review (援助审查): findings per material, correction notices, decisions and their deadline.

Accepts: RecordFindings, RecordDecision, NoteDeadline, SealRecord.
Announces: FindingsRecorded/Rejected, DecisionRecorded/Rejected, DeadlineNoted, RecordSealed;
publicly CaseGranted, CaseRefused.
Listens to: intake.ApplicationRegistered (its copy of the case), dispatch.CaseAccepted (who handles it).
"""

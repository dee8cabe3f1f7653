"""Dispatch (承办指派): the rotation of members, conflicts of interest, responses, change of handler.

Accepts: TakeTurn, RecordResponse, LapseResponse, RecordEscalation, OpenChange, NoteChangeDeadline,
RecordChange, SettleChange, IssueLetter, RecordLetterDelivery, SealRecord.
Announces: TurnTaken, NobodyAvailable, ResponseRecorded, ResponseLapsed, EscalationRecorded, ChangeOpened,
ChangeDeadlineNoted, ChangeRecorded, ChangeSettled, LetterIssued, LetterDeliveryRecorded, RecordSealed;
publicly CaseAssigned, CaseAccepted, HandlerChanged.
Listens to: intake.ApplicationRegistered (parties), roster.MemberChanged (who can be assigned),
identity.PersonChanged (phone numbers of handlers), workflow.CaseStateChanged (whether somebody handles it).
"""

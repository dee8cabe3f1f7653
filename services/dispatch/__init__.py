"""Dispatch (承办指派): the rotation of members, conflicts of interest, responses.

Accepts: TakeTurn, RecordResponse, LapseResponse, RecordEscalation, SealRecord.
Announces: TurnTaken, NobodyAvailable, ResponseRecorded, ResponseLapsed, EscalationRecorded,
RecordSealed; publicly CaseAssigned, CaseAccepted.
Listens to: intake.ApplicationRegistered (parties), roster.MemberChanged (who can be assigned).
"""

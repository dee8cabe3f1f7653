"""Evaluation (结案评价): closing files and their review, the recipient's rating, the archive.

Accepts: RecordClosingFile, RecordClosingReview, OpenSurvey, CloseSurvey, NoteDeadline, ArchiveCase.
Announces: ClosingFileRecorded, ClosingReviewed, SurveyOpened, SurveyClosed, DeadlineNoted,
CaseFileArchived; publicly CaseClosed, CaseArchived; tells workflow `survey_answered`.
Listens to: intake.ApplicationRegistered, dispatch.CaseAccepted, every RecordSealed (parts of the manifest).
"""

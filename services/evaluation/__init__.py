"""Evaluation (结案评价): closing files and their review, the recipient's rating, quality assessment, archive.

Accepts: RecordClosingFile, RecordClosingReview, OpenSurvey, CloseSurvey, DrawAssessment, ScoreAssessment,
RecordAssessment, NoteDeadline, ArchiveCase.
Announces: ClosingFileRecorded, ClosingReviewed, SurveyOpened, SurveyClosed, AssessmentDrawn,
AssessmentScored, AssessmentRejected, AssessmentRecorded, DeadlineNoted, CaseFileArchived; publicly
CaseClosed, CaseAssessed, CaseArchived; tells workflow `survey_answered`.
Listens to: intake.ApplicationRegistered, dispatch.TurnTaken and CaseAccepted, handling.AgreementRecorded,
MeetingRecorded and ProgressRecorded (closing conditions), every RecordSealed (parts of the manifest).
"""

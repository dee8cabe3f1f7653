"""What evaluation does when told about closing files, their review and the rating."""

from __future__ import annotations

import sqlalchemy as sa

from services.evaluation import rules
from services.evaluation.archiving import archive_case, keep_part
from services.evaluation.assessing import draw_assessment, record_assessment, score_assessment
from services.evaluation.cases import (
    case_of,
    keep_agreement,
    keep_case,
    keep_completion,
    keep_handler,
    keep_meeting,
    keep_offer,
    steps_of,
)
from services.evaluation.models import ClosingFile, ClosingReview, DeadlineMark, Rating, Survey
from services.evaluation.surveys import dimensions_of
from shared.contracts import dispatch, handling, intake, review
from shared.contracts.evaluation import (
    ArchiveCase,
    CaseClosed,
    CloseSurvey,
    ClosingFileRecorded,
    ClosingReviewed,
    DeadlineNoted,
    DrawAssessment,
    NoteDeadline,
    OpenSurvey,
    RecordAssessment,
    RecordClosingFile,
    RecordClosingReview,
    ScoreAssessment,
    SurveyClosed,
    SurveyOpened,
)
from shared.contracts.submission import Submission
from shared.messaging.work import UnitOfWork
from shared.service import Handler

_FILE_FIELDS = ("closing_report", "case_file", "other_files")


def record_closing_file(command: RecordClosingFile, work: UnitOfWork) -> None:
    """Keep the closing report and file; a corrected one is a new round (S0-7.4.9a)."""
    case = case_of(command.case_id, work)
    submission = max(command.submissions, key=lambda s: (s.at, s.id))
    days = work.policy.get("closing.submit_days")
    due = rules.closing_file_due(command.completed_on, work.calendar, days)
    files, result = _files(submission), submission.answers["result"]
    present = {*steps_of(work.session, case.case_id), *(file["field"] for file in files)}
    unmet = rules.unmet_conditions(result, present)
    work.session.add(
        ClosingFile(
            id=work.ids.uuid(), case_id=case.case_id, round=_rounds(ClosingFile, command, work) + 1,
            result=result, report=submission.answers["report"], files=files,
            unmet=unmet, completed_on=command.completed_on, submitted_by=submission.by,
            received_at=submission.at, due_at=due, on_time=rules.is_on_time(submission.at, due),
        )
    )  # fmt: skip
    advice = rules.closing_advice(unmet)
    work.emit(ClosingFileRecorded(case_id=case.case_id, received_at=submission.at, advice=advice))


def record_closing_review(command: RecordClosingReview, work: UnitOfWork) -> None:
    """Keep the verdict; conforming means the case is closed (S0-7.4.9b2)."""
    case = case_of(command.case_id, work)
    submission = max(command.submissions, key=lambda s: (s.at, s.id))
    newest = sa.select(ClosingFile).where(ClosingFile.case_id == case.case_id)
    received = work.session.scalars(newest.order_by(ClosingFile.round.desc())).first()
    start = received.received_at if received else submission.at
    due = rules.closing_review_due(start, work.calendar, work.policy.get("closing.review_days"))
    conforms = submission.answers["conforms"] == "yes"
    work.session.add(
        ClosingReview(
            id=work.ids.uuid(), case_id=case.case_id, round=_rounds(ClosingReview, command, work) + 1,
            conforms=conforms, problems=submission.answers.get("problems") or [],
            remark=submission.answers.get("remark"), reviewed_by=submission.by, reviewed_at=submission.at,
            due_at=due, on_time=rules.is_on_time(submission.at, due),
        )
    )  # fmt: skip
    work.emit(ClosingReviewed(case_id=case.case_id, conforms=conforms))
    if conforms:
        work.emit(CaseClosed(case_id=case.case_id))


def open_survey(command: OpenSurvey, work: UnitOfWork) -> None:
    """Let the recipient rate the service (S0-7.3.5b)."""
    case = case_of(command.case_id, work)
    work.session.add(
        Survey(
            case_id=case.case_id, applicant_id=command.applicant_id, handler_id=command.handler_id,
            opened_at=work.clock.now(), due_at=command.due,
        )
    )  # fmt: skip
    work.emit(SurveyOpened(case_id=case.case_id))


def close_survey(command: CloseSurvey, work: UnitOfWork) -> None:
    """End the survey; nobody answered means the default good rating, which earns no points."""
    case = case_of(command.case_id, work)
    survey = work.session.get_one(Survey, case.case_id)
    answered = work.session.scalar(sa.select(sa.func.count()).where(Rating.case_id == case.case_id))
    survey.closed_at = work.clock.now()
    survey.rated_by = "recipient" if answered else "default"
    if not answered:
        grades = dict(rules.counted_rating([], dimensions_of(work.policy)))
        work.session.add(
            Rating(
                id=work.ids.uuid(), case_id=case.case_id, channel="default", grades=grades,
                given_at=work.clock.now(),
            )
        )  # fmt: skip
    work.emit(SurveyClosed(case_id=case.case_id, rated_by=survey.rated_by))


def note_deadline(command: NoteDeadline, work: UnitOfWork) -> None:
    """Record that a period of closing or assessment was missed."""
    case = case_of(command.case_id, work)
    work.session.add(
        DeadlineMark(
            id=work.ids.uuid(), case_id=case.case_id, mark=command.mark, due_at=command.due,
            noted_at=work.clock.now(),
        )
    )  # fmt: skip
    work.emit(DeadlineNoted(case_id=case.case_id))


HANDLERS: dict[type, Handler] = {
    intake.ApplicationRegistered: keep_case,
    dispatch.TurnTaken: keep_offer,
    dispatch.CaseAccepted: keep_handler,
    handling.AgreementRecorded: keep_agreement,
    handling.MeetingRecorded: keep_meeting,
    handling.ProgressRecorded: keep_completion,
    RecordClosingFile: record_closing_file,
    RecordClosingReview: record_closing_review,
    OpenSurvey: open_survey,
    CloseSurvey: close_survey,
    DrawAssessment: draw_assessment,
    ScoreAssessment: score_assessment,
    RecordAssessment: record_assessment,
    NoteDeadline: note_deadline,
    ArchiveCase: archive_case,
    **dict.fromkeys((m.RecordSealed for m in (intake, review, dispatch, handling)), keep_part),
}


def _rounds(
    model: type[ClosingFile] | type[ClosingReview],
    command: RecordClosingFile | RecordClosingReview,
    work: UnitOfWork,
) -> int:
    query = sa.select(sa.func.count()).select_from(model).where(model.case_id == command.case_id)
    return work.session.scalar(query) or 0


def _files(submission: Submission) -> list[dict[str, str]]:
    """Every file of the form: {"field", "id", "sha256", "name"}."""
    return [
        {
            "field": field, "id": str(file_id), "sha256": submission.files[str(file_id)]["sha256"],
            "name": submission.files[str(file_id)]["name"],
        }
        for field in _FILE_FIELDS
        for file_id in submission.answers.get(field) or []
    ]  # fmt: skip

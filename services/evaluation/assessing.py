"""Quality assessment of closed cases: the draw, the score sheets, the grade (S1-四(三))."""

from __future__ import annotations

import sqlalchemy as sa

from services.evaluation import rules, scoring
from services.evaluation.cases import case_of
from services.evaluation.models import Assessment, Case, ScoreSheet
from shared.contracts.evaluation import (
    AssessmentDrawn,
    AssessmentRecorded,
    AssessmentRejected,
    AssessmentScored,
    CaseAssessed,
    DrawAssessment,
    RecordAssessment,
    ScoreAssessment,
)
from shared.contracts.submission import Submission
from shared.messaging.work import UnitOfWork


def draw_assessment(command: DrawAssessment, work: UnitOfWork) -> None:
    """Decide once whether the case is assessed; asked again, the answer is the same."""
    case = case_of(command.case_id, work)
    assessment = work.session.get(Assessment, case.case_id)
    if assessment is None:
        percent = work.policy.get("quality.assess_percent")
        special = command.matter in work.policy.get("quality.special_matters")
        assessment = Assessment(
            case_id=case.case_id, special=special, percent=percent, handler_id=command.handler_id,
            drawn=not special and scoring.is_drawn(case.case_id, percent), firm_path=command.firm_path,
            drawn_at=work.clock.now(),
        )  # fmt: skip
        work.session.add(assessment)
    work.emit(AssessmentDrawn(case_id=case.case_id, drawn=assessment.drawn))


def score_assessment(command: ScoreAssessment, work: UnitOfWork) -> None:
    """Keep a score sheet with its sum, or send it back; a corrected one takes the place of the first."""
    case = case_of(command.case_id, work)
    submission = max(command.submissions, key=lambda s: (s.at, s.id))
    rubric, rows = work.policy.get("quality.rubric"), submission.answers["items"]
    if fault := _author_fault(case, command, submission, work) or scoring.sheet_fault(rows, rubric):
        remark = scoring.REMARKS[fault]
        work.emit(AssessmentRejected(case_id=case.case_id, reason=fault, remark=remark))
        return
    score = scoring.total(rows)
    sheet = _sheet(case, command, submission, work)
    sheet.items, sheet.score = scoring.sheet_items(rows, rubric), scoring.in_words(score)
    work.session.add(sheet)
    work.emit(AssessmentScored(case_id=case.case_id, sheet_id=sheet.id, score=score))


def record_assessment(command: RecordAssessment, work: UnitOfWork) -> None:
    """Keep grade and consequences; the grade is final unless an expert has to look again."""
    case = case_of(command.case_id, work)
    sheet = work.session.get_one(ScoreSheet, command.sheet_id)
    sheet.grade = scoring.grade_code(command.grade)
    sheet.coefficient, sheet.graded_at = scoring.in_words(command.coefficient), work.clock.now()
    recheck = scoring.wants_recheck(sheet.level, sheet.grade, work.policy.get("quality.recheck"))
    sheet.consequences = [
        row for row in command.consequences if row["consequence"] != scoring.RECHECK or recheck
    ]
    talk = any(row["consequence"] == scoring.TALK for row in sheet.consequences)
    work.emit(AssessmentRecorded(case_id=case.case_id, grade=sheet.grade, recheck=recheck, talk=talk))
    if not recheck:
        work.session.get_one(Assessment, case.case_id).settled_at = work.clock.now()
        rechecked = sheet.level == scoring.RECHECK
        work.emit(CaseAssessed(case_id=case.case_id, grade=sheet.grade, rechecked=rechecked))


def _author_fault(
    case: Case, command: ScoreAssessment, submission: Submission, work: UnitOfWork
) -> str | None:
    """The process keeps these persons away; the record does not rely on it."""
    if case.handler_id in submission.people:
        return "own_case"
    others = sa.select(ScoreSheet.scored_by).where(
        ScoreSheet.case_id == case.case_id, ScoreSheet.level != command.level
    )
    return "same_person" if submission.people & set(work.session.scalars(others)) else None


def _sheet(case: Case, command: ScoreAssessment, submission: Submission, work: UnitOfWork) -> ScoreSheet:
    known = sa.select(ScoreSheet).where(ScoreSheet.case_id == case.case_id, ScoreSheet.level == command.level)
    sheet = work.session.scalar(known) or ScoreSheet(
        id=work.ids.uuid(), case_id=case.case_id, level=command.level
    )
    sheet.remark, sheet.scored_by, sheet.scored_at = (
        submission.answers["remark"],
        submission.by,
        submission.at,
    )
    sheet.due_at, sheet.on_time = command.due, rules.is_on_time(submission.at, command.due)
    return sheet

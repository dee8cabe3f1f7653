"""Entering an authority's notice (通知辩护、通知代理): no means or scope review, straight to a case."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.intake import rules
from services.intake.application_form import Answers
from services.intake.handlers.applying import Upload, discard_file, next_number, publish
from services.intake.handlers.locking import remember
from services.intake.indexes import notice_index, party_index
from services.intake.linking import case_of_same_notice, earlier_notice_case, newest_notice_case
from services.intake.models import Application, Material, UploadedLetter
from services.intake.refusals import EARLIER_CASE_UNKNOWN, NoticeAlreadyEntered
from shared.calendar import shanghai_date
from shared.errors import Invalid
from shared.messaging.work import UnitOfWork

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def keep_letter(work: UnitOfWork, by: UUID, upload: Upload) -> UploadedLetter:
    """Note a stored file of a notice that is being entered."""
    letter = UploadedLetter(
        id=work.ids.uuid(), by=by, name=upload.name[-200:], sha256=upload.file.sha256,
        size=upload.file.size, media_type=upload.file.media_type, uploaded_at=work.clock.now(),
    )  # fmt: skip
    work.session.add(letter)
    work.session.flush()
    return letter


def enter_notice(work: UnitOfWork, by: UUID, answers: Answers) -> Application:
    """Make the case of a notice whose answers the form has accepted, and start its process.

    Raises NoticeAlreadyEntered for one that is entered, Invalid for files or an earlier case that do not
    exist.
    """
    # The number first: its counter stays locked, so that the same notice is not entered twice at once.
    number = next_number(work, answers["agency"], rules.NOTICE_MATTER)
    application = _application(work, by, answers, number)
    twin = case_of_same_notice(work.session, work.keys, application)
    if twin is not None:
        raise NoticeAlreadyEntered(f"{NoticeAlreadyEntered.zh}案号：{twin.number}。", number=twin.number)
    application.earlier_case_id = _earlier_case(work, application)
    application.materials = _letters(work, by, answers["letters"])
    work.session.add(application)
    work.session.flush()
    remember(work, application.case_id, "act", "entered")
    _announce(work, application, by)
    return application


def _application(work: UnitOfWork, by: UUID, answers: Answers, number: str) -> Application:
    now = work.clock.now()
    listed = answers["authority"] != rules.UNLISTED
    index = party_index(work.keys, answers) if answers["id_known"] == "yes" else None
    capacity = "relative" if answers.get("agent_name") else "self"
    return Application(
        case_id=work.ids.seed, applicant_id=work.ids.uuid(), answers={**answers, "capacity": capacity},
        steps_done=[], confirm_by=now,
        agency=answers["agency"], matter=rules.NOTICE_MATTER, category=answers["ground"],
        case_kind=rules.NOTICE_KIND, party_index=index, number=number, policy_version=work.policy.version,
        authority=answers["authority"] if listed else None, entered_by=by,
        notice_index=notice_index(work.keys, answers), submitted_at=now,
        received_at=_received_at(answers.get("received_on"), now), state="SUBMITTED", stage="registration",
    )  # fmt: skip


def _received_at(day: str | None, now: datetime) -> datetime:
    """When the letter came: the moment of entering, or noon of an earlier day (only the day counts)."""
    if day is None or day == shanghai_date(now).isoformat():
        return now
    return datetime.combine(datetime.fromisoformat(day).date(), time(12), _SHANGHAI)


def _earlier_case(work: UnitOfWork, application: Application) -> UUID | None:
    """The case of the stage before: as named, otherwise the same person's last notice of this authority."""
    number = (application.answers.get("earlier_number") or "").strip()
    if not number:
        return newest_notice_case(work.session, work.keys, application)
    earlier = earlier_notice_case(work.session, work.keys, number, application)
    if earlier is None:
        raise Invalid(fields={"earlier_number": [EARLIER_CASE_UNKNOWN]})
    return earlier.case_id


def _letters(work: UnitOfWork, by: UUID, ids: list[str]) -> list[Material]:
    wanted = sa.select(UploadedLetter).where(
        UploadedLetter.by == by, UploadedLetter.id.in_([UUID(i) for i in ids if _is_id(i)])
    )
    letters = list(work.session.scalars(wanted.with_for_update()))
    if {str(letter.id) for letter in letters} != set(ids):
        raise Invalid(fields={"letters": ["文件无效，请重新上传"]})
    materials = [_material(letter, work.clock.now()) for letter in letters]
    for letter in letters:
        work.session.delete(letter)
    return materials


def drop_letter(work: UnitOfWork, letter: UploadedLetter) -> None:
    """Forget a file that nobody entered a notice with."""
    discard_file(work, letter.sha256)
    work.session.delete(letter)


def _material(letter: UploadedLetter, now: datetime) -> Material:
    return Material(
        id=letter.id, kind=rules.LETTER, name=letter.name, sha256=letter.sha256, size=letter.size,
        media_type=letter.media_type, uploaded_at=letter.uploaded_at, handed_in_at=now,
    )  # fmt: skip


def _announce(work: UnitOfWork, application: Application, by: UUID) -> None:
    received_at = application.received_at or work.clock.now()
    variables: dict[str, Any] = {
        "case_id": str(application.case_id), "agency": application.agency,
        "applicant_id": str(application.applicant_id), "matter": application.matter,
        "category": application.category, "case_kind": application.case_kind,
        "case_number": application.number, "received_at": received_at.isoformat(), "entered_by": str(by),
    }  # fmt: skip
    publish(work, application, "notice_received", variables)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

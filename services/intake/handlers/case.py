"""The commands of the process: register, open a correction, close, seal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.intake import rules, wording
from services.intake.handlers.applying import publish
from services.intake.handlers.locking import submitted
from services.intake.indexes import opponents_of
from services.intake.models import Application, Consent, Correction, CorrectionItem
from shared.contracts.intake import (
    ApplicationClosed,
    ApplicationRegistered,
    ApplicationReopened,
    CaseRegistered,
    CloseApplication,
    CorrectionOpened,
    OpenCorrection,
    RecordSealed,
    RegisterApplication,
    ReopenApplication,
    SealRecord,
)
from shared.contracts.submission import latest
from shared.digest import digest_of_items, file_item, item
from shared.messaging.work import UnitOfWork

EXAMINATION = "examine_materials"
REFUSED = "refused"


def register_application(command: RegisterApplication, work: UnitOfWork) -> None:
    """Make the case record from the confirmed application (S0-7.3.1c) and tell everyone its number."""
    application = submitted(work, command.case_id)
    if application.registered_at is None:
        application.registered_at = work.clock.now()
        number, _ = application.submission()
        work.emit(
            CaseRegistered(case_id=application.case_id, number=number,
                           agency=application.agency, matter=application.matter)
        )  # fmt: skip
    work.emit(_record_of(application, work.policy.get("intake.materials")))


def open_correction(command: OpenCorrection, work: UnitOfWork) -> None:
    """Show the applicant every defect of the notice, with its remedy, until the period ends (S0-7.4.2d)."""
    application = submitted(work, command.case_id)
    known = sa.select(Correction).where(Correction.notice_id == command.notice_id)
    if application.sealed_at is None and work.session.execute(known).first() is None:
        _replace_open_correction(work, application, command)
    work.emit(CorrectionOpened(case_id=command.case_id))


def close_application(command: CloseApplication, work: UnitOfWork) -> None:
    """End the application before a grant; nothing more can be handed in."""
    application = submitted(work, command.case_id)
    if application.closed_at is None and application.sealed_at is None:
        application.closed_at, application.outcome = work.clock.now(), command.outcome
        _close_corrections(work, application)
    work.emit(ApplicationClosed(case_id=command.case_id, outcome=application.outcome or command.outcome))


def reopen_application(command: ReopenApplication, work: UnitOfWork) -> None:
    """Undo the refusal, as the judicial bureau ordered, and begin the case anew from there."""
    application = submitted(work, command.case_id)
    if application.outcome == REFUSED and application.sealed_at is None:
        application.closed_at = application.outcome = None
        application.received_at = work.clock.now()  # the decision period runs anew
        number, _ = application.submission()
        publish(work, application, "refusal_overturned", {
            "case_id": str(application.case_id), "agency": application.agency,
            "applicant_id": str(application.applicant_id), "matter": application.matter,
            "category": application.category, "case_kind": application.case_kind, "case_number": number,
            "received_at": application.received_at.isoformat(), "outcome": command.outcome,
        })  # fmt: skip
    work.emit(ApplicationReopened(case_id=command.case_id))


def seal_record(command: SealRecord, work: UnitOfWork) -> None:
    """Close intake's part of the case for writing and list the hashes of all it holds (S0-7.1b)."""
    application = submitted(work, command.case_id)
    if application.sealed_at is None:
        application.sealed_at = work.clock.now()
        _close_corrections(work, application)
        work.session.flush()
    items = _contents(work, application)
    work.emit(RecordSealed(case_id=command.case_id, digest=digest_of_items(items), items=items))


def _record_of(application: Application, catalogue: list[dict[str, Any]]) -> ApplicationRegistered:
    answers = application.answers
    number, received_at = application.submission()
    facts = (
        rules.notice_facts(answers) if application.case_kind == rules.NOTICE_KIND else answers.get("facts")
    )
    person = {name: answers.get(name) for name in ("name", "id_kind", "id_number", "phone", "address")}
    person["representative"] = rules.representative(answers)
    return ApplicationRegistered(
        case_id=application.case_id, number=number, agency=application.agency,
        applicant_id=application.applicant_id, matter=application.matter,
        category=application.category, case_kind=application.case_kind, received_at=received_at,
        materials=_material_list(application, catalogue),
        applicant=person, facts={"text": facts or ""}, authority=application.authority,
        earlier_case_id=application.earlier_case_id,
        opponents=opponents_of(answers),
    )  # fmt: skip


def _material_list(application: Application, catalogue: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The materials under neutral names: a file's own name may hold a person's."""
    labels = {m["code"]: m["label"] for m in catalogue} | {rules.LETTER: wording.LETTER}
    counts: dict[str, int] = {}
    listed = []
    for material in application.materials:
        counts[material.kind] = counts.get(material.kind, 0) + 1
        name = f"{labels.get(material.kind, material.kind)}（{counts[material.kind]}）"
        listed.append(
            {"id": str(material.id), "kind": material.kind, "name": name, "sha256": material.sha256}
        )
    return listed


def _replace_open_correction(work: UnitOfWork, application: Application, command: OpenCorrection) -> None:
    _close_corrections(work, application)
    correction = Correction(
        id=work.ids.uuid(), case_id=application.case_id, notice_id=command.notice_id,
        opened_at=work.clock.now(), due=command.due,
    )  # fmt: skip
    answers = latest(command.submissions, EXAMINATION).answers
    kinds = {m["code"]: m["code"] for m in work.policy.get("intake.materials")}
    defects = rules.defects_of(answers, kinds | {str(m.id): m.kind for m in application.materials})
    for position, found in enumerate(defects, start=1):
        correction.items.append(
            CorrectionItem(id=work.ids.uuid(), case_id=application.case_id, position=position,
                           kind=found.kind, defect=found.defect, remedy=found.remedy)
        )  # fmt: skip
    work.session.add(correction)


def _close_corrections(work: UnitOfWork, application: Application) -> None:
    open_ones = sa.select(Correction).where(
        Correction.case_id == application.case_id,
        Correction.resubmitted_at.is_(None),
        Correction.closed_at.is_(None),
    )
    for correction in work.session.execute(open_ones).scalars():
        correction.closed_at = work.clock.now()


def _contents(work: UnitOfWork, application: Application) -> list[dict[str, str]]:
    case_id = application.case_id
    consent = work.session.get(Consent, case_id)
    files = [m for m in application.materials if m.handed_in_at is not None]
    return [
        *([item("consent", case_id, _columns(consent))] if consent else []),
        item("application", case_id, _columns(application, _RECORD)),
        *(item("material", m.id, _columns(m)) for m in files),
        *(file_item("file", m.id, m.sha256) for m in files),
        *_rows(work, Correction, case_id),
        *_rows(work, CorrectionItem, case_id),
    ]


def _rows(
    work: UnitOfWork, model: type[Correction] | type[CorrectionItem], case_id: UUID
) -> list[dict[str, str]]:
    rows: list[Any] = list(work.session.scalars(sa.select(model).where(model.case_id == case_id)))
    return [item(model.__tablename__, row.id, _columns(row)) for row in rows]


_RECORD = frozenset({
    "case_id", "applicant_id", "answers", "agency", "matter", "category", "case_kind", "same_as", "number",
    "policy_version", "submitted_at", "received_at", "registered_at", "withdrawn_at", "withdrawal_reason",
    "closed_at", "outcome", "sealed_at", "earlier_case_id", "authority", "entered_by",
})  # fmt: skip
"""The columns that belong to the record; the register's others still change after the sealing."""


def _columns(row: Any, names: frozenset[str] | None = None) -> dict[str, Any]:
    keys = [column.key for column in sa.inspect(type(row)).column_attrs]
    return {key: getattr(row, key) for key in keys if names is None or key in names}

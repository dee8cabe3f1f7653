"""An applicant's acts up to the submission: confirm the notice, fill in, upload, submit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.intake import rules
from services.intake.application_form import Answers, ApplicationForm, Step
from services.intake.handlers.locking import own_application, remember
from services.intake.indexes import party_index, party_indexes
from services.intake.linking import earlier_application_case
from services.intake.models import (
    NUMBER_COUNTER,
    Application,
    Consent,
    DiscardedFile,
    Material,
    NumberCounter,
)
from services.intake.notice import Notice
from services.intake.queries import same_case
from services.intake.refusals import (
    EARLIER_CASE_UNKNOWN,
    AlreadySubmitted,
    ApplicationIncomplete,
    DraftExpired,
    TooManyFiles,
    UnknownMaterial,
)
from shared.contracts.workflow import PublishMessage
from shared.errors import Invalid, NotFound, Stale
from shared.files import StoredFile
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

_DAY = 24 * 3600


@dataclass(frozen=True)
class Upload:
    """A file that was stored: for which material group, under which name."""

    kind: str
    name: str
    file: StoredFile


def begin(work: UnitOfWork, person_id: UUID, notice: Notice, address: str) -> Application:
    """Store the confirmation of the notice and open an empty draft (S0-7.3.1b)."""
    now, case_id = work.clock.now(), work.ids.seed
    days = int(work.policy.get("intake.confirm_days"))
    work.session.add(
        Consent(case_id=case_id, person_id=person_id, notice_version=notice.version,
                notice_sha256=notice.sha256, confirmed_at=now, address=address)
    )  # fmt: skip
    application = Application(
        case_id=case_id, applicant_id=person_id, answers={}, steps_done=[], state="DRAFT",
        confirm_by=work.calendar.after_days(now, days, roll=False),
    )  # fmt: skip
    work.session.add(application)
    work.session.flush()
    return application


def save_step(application: Application, step: Step, answers: Answers, *, finished: bool) -> None:
    """Keep the answers of one step in place of its earlier ones."""
    others = {name: value for name, value in application.answers.items() if name not in step.names}
    done = [key for key in application.steps_done if key != step.key]
    application.answers = others | answers
    application.steps_done = [*done, step.key] if finished else done
    application.revision += 1


def save_all(application: Application, form: ApplicationForm, answers: Answers) -> None:
    """Keep the answers of the whole form, already checked."""
    application.answers = answers
    application.steps_done = [step.key for step in form.steps]
    application.revision += 1


def own_draft(work: UnitOfWork, case_id: UUID, person_id: UUID, revision: int | None = None) -> Application:
    """The person's draft, locked; refuses what was submitted, ran out, or changed since `revision`."""
    application = own_application(work, case_id, person_id)
    require_draft(application, work.clock.now())
    if revision is not None and revision != application.revision:
        raise Stale
    return application


def require_draft(application: Application, now: datetime) -> None:
    """Refuse what was submitted, and a draft whose confirmation is too old."""
    if application.submitted_at is not None:
        raise AlreadySubmitted
    if application.expired_at is not None or now > application.confirm_by:
        raise DraftExpired


def add_material(work: UnitOfWork, application: Application, upload: Upload) -> Material:
    """Keep an uploaded file of a draft under its material group."""
    wanted = {
        m["code"] for m in materials_for(work.policy.get("intake.materials"), application) if m["upload"]
    }
    if upload.kind not in wanted:
        raise UnknownMaterial
    if sum(m.kind == upload.kind for m in application.materials) >= rules.MOST_FILES_PER_KIND:
        raise TooManyFiles
    material = Material(
        id=work.ids.uuid(), kind=upload.kind, name=upload.name[-200:], sha256=upload.file.sha256,
        size=upload.file.size, media_type=upload.file.media_type, uploaded_at=work.clock.now(),
    )  # fmt: skip
    application.materials.append(material)
    application.revision += 1
    work.session.flush()
    return material


def remove_material(work: UnitOfWork, application: Application, material_id: UUID) -> None:
    """Take back an uploaded file that was not handed in yet."""
    material = next((m for m in application.materials if m.id == material_id), None)
    if material is None or material.handed_in_at is not None:
        raise NotFound
    application.materials.remove(material)
    work.session.delete(material)
    discard_file(work, material.sha256)
    application.revision += 1


def discard_file(work: UnitOfWork, sha256: str) -> None:
    """Note that a file may be deleted once nothing names it."""
    work.session.merge(DiscardedFile(sha256=sha256, discarded_at=work.clock.now()))


def materials_for(catalogue: list[dict[str, Any]], application: Application) -> list[Mapping[str, Any]]:
    """The materials asked for by what the draft says so far."""
    answers = application.answers
    return rules.applicable_materials(
        catalogue, answers.get("matter") or "", answers.get("category") or rules.NO_CATEGORY
    )


def submit(work: UnitOfWork, application: Application, form: ApplicationForm) -> None:
    """Hand the application in: number it, and start its process (S0-7.3.1c)."""
    answers = form.check(application.answers)
    _require_materials(work, application)
    now = work.clock.now()
    application.answers = answers
    application.party_index = party_index(work.keys, answers)
    application.earlier_case_id = named_earlier_case(work, application, answers)
    application.agency, application.matter = answers["agency"], answers["matter"]
    application.category, application.case_kind = answers["category"], answers["case_kind"]
    application.same_as = same_case(work.session, party_indexes(work.keys, answers), answers["matter"])
    application.policy_version = work.policy.version
    application.submitted_at = application.received_at = now
    application.number = next_number(work, answers["agency"], answers["matter"])
    application.state, application.stage = "SUBMITTED", "registration"
    application.revision += 1
    for material in application.materials:
        material.handed_in_at = now
    remember(work, application.case_id, "act", "submitted")
    publish(work, application, "application_submitted", {
        "case_id": str(application.case_id), "agency": application.agency,
        "applicant_id": str(application.applicant_id), "matter": application.matter,
        "category": application.category, "case_kind": application.case_kind,
        "received_at": now.isoformat(),
    })  # fmt: skip


def publish(work: UnitOfWork, application: Application, name: str, variables: dict[str, Any]) -> None:
    """Tell the process of the case what the applicant did."""
    work.emit(
        PublishMessage(
            case_id=application.case_id, name=name, correlation_key=str(application.case_id),
            message_id=str(work.ids.uuid()), variables=variables, seconds_to_live=_DAY,
        )
    )  # fmt: skip


def named_earlier_case(work: UnitOfWork, application: Application, answers: Answers) -> UUID | None:
    """The case whose next stage the answers say this is; raises Invalid for a number that is not the same
    person's."""
    number = (answers.get("earlier_number") or "").strip()
    if not number:
        return None
    known = {**application.answers, **answers}
    same = party_indexes(work.keys, known) if {"id_kind", "id_number"} <= known.keys() else ()
    earlier = earlier_application_case(work.session, number, application.applicant_id, same)
    if earlier is None:
        raise Invalid(fields={"earlier_number": [EARLIER_CASE_UNKNOWN]})
    return earlier.case_id


def _require_materials(work: UnitOfWork, application: Application) -> None:
    applicable = materials_for(work.policy.get("intake.materials"), application)
    missing = rules.missing_materials(applicable, [m.kind for m in application.materials])
    if missing:
        raise ApplicationIncomplete(fields={m["code"]: [f"请上传{m['label']}"] for m in missing})


def next_number(work: UnitOfWork, agency: str, matter: str) -> str:
    """The next case number; its counter stays locked, so none is lost or doubled."""
    year, series = rules.number_year(work.clock.now()), rules.series_of(matter)
    key = {"agency": agency, "year": year, "series": series}
    insert_new(work.session, NUMBER_COUNTER, {**key, "last": 0})
    step = sa.update(NumberCounter).filter_by(**key).values(last=NumberCounter.last + 1)
    count = work.session.execute(step.returning(NumberCounter.last)).scalar_one()
    agencies = {a["path"]: a["short"] for a in work.policy.get("intake.agencies")}
    return rules.case_number(agencies[agency], year, series, count)

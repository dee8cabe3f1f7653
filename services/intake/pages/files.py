"""Uploaded files, for those who may open them."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, send_file
from sqlalchemy.orm import Session

from services.intake.models import Application, Material
from services.intake.queries import visible_material
from shared.files import ALLOWED
from shared.web import current_person, needs, runtime, transaction
from shared.web.access_log import OPENED, Looked, note_access

blueprint = Blueprint("intake_files", __name__)


@blueprint.get("/intake/files/<uuid:material_id>")
@needs("intake.file.read")
def download(material_id: UUID) -> Response:
    """The file, always to be saved, never shown inside our own pages; its name says only what it is."""
    with transaction() as work:
        material = visible_material(work.session, material_id, current_person())
        note_access(work, OPENED, _looked(work.session, material))
        name = f"{material.kind.lower()}-{material.id}{ALLOWED[material.media_type]}"
        sha256, media_type = material.sha256, material.media_type
    content = BytesIO(runtime().files.read(sha256))
    answer = send_file(content, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _looked(session: Session, material: Material) -> Looked:
    case = session.get_one(Application, material.case_id)
    return Looked(
        what="intake.material", record_id=material.id, organisation=case.agency, case_id=case.case_id,
        case_number=case.number or "",
    )  # fmt: skip

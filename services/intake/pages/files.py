"""Uploaded files, for those who may open them."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, send_file

from services.intake.queries import visible_material
from shared.files import ALLOWED
from shared.web import current_person, needs, reading, runtime

blueprint = Blueprint("intake_files", __name__)


@blueprint.get("/intake/files/<uuid:material_id>")
@needs("intake.file.read")
def download(material_id: UUID) -> Response:
    """The file, always to be saved, never shown inside our own pages; its name says only what it is."""
    with reading() as session:
        material = visible_material(session, material_id, current_person())
    content = runtime().files.read(material.sha256)
    name = f"{material.kind.lower()}-{material.id}{ALLOWED[material.media_type]}"
    answer = send_file(
        BytesIO(content), mimetype=material.media_type, as_attachment=True, download_name=name, max_age=0
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

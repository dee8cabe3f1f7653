"""Uploaded files, for those who may open them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, send_file

from services.intake.queries import visible_material
from shared.errors import NotFound
from shared.files import ALLOWED, FileStore
from shared.web import current_person, logged_in, reading, runtime

blueprint = Blueprint("intake_files", __name__)


@blueprint.get("/intake/files/<uuid:material_id>")
@logged_in
def download(material_id: UUID) -> Response:
    """The file, always to be saved, never shown inside our own pages; its name says only what it is."""
    with reading() as session:
        material = visible_material(session, material_id, current_person())
    path = FileStore(runtime().files_dir).path(material.sha256)
    if not path.exists():
        raise NotFound
    name = f"{material.kind.lower()}-{material.id}{ALLOWED[material.media_type]}"
    answer = send_file(
        path.resolve(), mimetype=material.media_type, as_attachment=True, download_name=name, max_age=0
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

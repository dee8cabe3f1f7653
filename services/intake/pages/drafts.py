"""The uploads of a draft: one page per material group; several files, each removable until submission."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from services.intake.handlers.applying import (
    add_material,
    materials_for,
    own_draft,
    remove_material,
    require_draft,
)
from services.intake.queries import own_application
from services.intake.refusals import UnknownMaterial
from services.intake.uploads import stored
from shared.errors import Invalid
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_drafts", __name__, url_prefix="/intake/applications/<uuid:case_id>/materials")


@blueprint.get("/<kind>")
@needs("intake.application.fill")
def group(case_id: UUID, kind: str) -> Any:
    """The files of one material group, and the place to add more."""
    return _group_page(case_id, kind)


@blueprint.post("/<kind>")
@needs("intake.application.fill")
def add(case_id: UUID, kind: str) -> Any:
    """Add the chosen files."""
    person = current_person()
    try:
        with stored(request.files.getlist("file"), kind) as uploads, transaction() as work:
            draft = own_draft(work, case_id, person.id)
            for upload in uploads:
                add_material(work, draft, upload)
    except UnknownMaterial:
        raise
    except Invalid as problem:
        return _group_page(case_id, kind, problem), problem.status
    return redirect(url_for(".group", case_id=case_id, kind=kind), 303)


@blueprint.post("/<kind>/<uuid:material_id>/removal")
@needs("intake.application.fill")
def remove(case_id: UUID, kind: str, material_id: UUID) -> Any:
    """Take a file back."""
    with transaction() as work:
        remove_material(work, own_draft(work, case_id, current_person().id), material_id)
    return redirect(url_for(".group", case_id=case_id, kind=kind), 303)


def _group_page(case_id: UUID, kind: str, problem: Invalid | None = None) -> str:
    policy = runtime().policy
    with reading() as session:
        draft = own_application(session, case_id, current_person().id)
        require_draft(draft, runtime().clock.now())
        applicable = [m for m in materials_for(policy.get("intake.materials"), draft) if m["upload"]]
        chosen = next((m for m in applicable if m["code"] == kind), None)
        if chosen is None:
            raise UnknownMaterial
        return render_template(
            "intake/material.html", draft=draft, material=chosen, problem=problem,
            files=[m for m in draft.materials if m.kind == kind], limit=policy.get("intake.upload_max_mb"),
        )  # fmt: skip

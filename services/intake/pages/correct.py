"""Putting right what a correction notice lists: every item on one page, handed in all at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from services.intake.handlers.applying import discard_file
from services.intake.handlers.following import (
    add_corrected_file,
    open_correction_of,
    resubmit,
    save_replies,
)
from services.intake.models import Application, Correction
from services.intake.pages.follow import material_labels, open_correction
from services.intake.queries import corrections_of, own_application
from services.intake.refusals import CorrectionOver
from services.intake.uploads import stored
from shared.errors import Invalid, NotFound
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_correct", __name__, url_prefix="/intake/applications/<uuid:case_id>/correction")


@blueprint.get("")
@needs("intake.application.correct")
def correction(case_id: UUID) -> Any:
    """All defects with their remedies, what was added so far, and the day it is due (S0-7.4.2d)."""
    return _page(case_id)


@blueprint.post("")
@needs("intake.application.correct")
def answer(case_id: UUID) -> Any:
    """Keep the explanations; with the button `hand_in` also hand everything in."""
    replies = {name.removeprefix("reply-"): text for name, text in request.form.items() if "reply-" in name}
    try:
        with transaction() as work:
            application, found = open_correction_of(work, case_id, current_person().id)
            save_replies(found, replies)
            if "hand_in" in request.form:
                resubmit(work, application, found)
    except Invalid as problem:
        return _page(case_id, problem, replies), problem.status
    if "hand_in" in request.form:
        return redirect(url_for("intake_follow.application", case_id=case_id), 303)
    return redirect(url_for(".correction", case_id=case_id), 303)


@blueprint.get("/<uuid:item_id>")
@needs("intake.application.correct")
def item(case_id: UUID, item_id: UUID) -> Any:
    """The files for one item."""
    return _item_page(case_id, item_id)


@blueprint.post("/<uuid:item_id>")
@needs("intake.application.correct")
def add(case_id: UUID, item_id: UUID) -> Any:
    """Add the chosen files to one item."""
    try:
        with stored(request.files.getlist("file"), "") as uploads, transaction() as work:
            application, found = open_correction_of(work, case_id, current_person().id)
            for upload in uploads:
                add_corrected_file(work, application, found, item_id, upload)
    except Invalid as problem:
        return _item_page(case_id, item_id, problem), problem.status
    return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)


@blueprint.post("/<uuid:item_id>/<uuid:material_id>/removal")
@needs("intake.application.correct")
def remove(case_id: UUID, item_id: UUID, material_id: UUID) -> Any:
    """Take back a file that was not handed in yet."""
    with transaction() as work:
        application, _ = open_correction_of(work, case_id, current_person().id)
        material = next((m for m in application.materials if m.id == material_id), None)
        if material is None or material.item_id != item_id or material.handed_in_at is not None:
            raise NotFound
        application.materials.remove(material)
        work.session.delete(material)
        discard_file(work, material.sha256)
    return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)


def _page(case_id: UUID, problem: Invalid | None = None, replies: dict[str, str] | None = None) -> str:
    with reading() as session:
        application, found = _open(session, case_id)
        return render_template(
            "intake/correction.html", application=application, correction=found, labels=material_labels(),
            problem=problem, replies=replies or {},
        )  # fmt: skip


def _item_page(case_id: UUID, item_id: UUID, problem: Invalid | None = None) -> str:
    with reading() as session:
        application, found = _open(session, case_id)
        item = next((i for i in found.items if i.id == item_id), None)
        if item is None:
            raise NotFound
        return render_template(
            "intake/correction_item.html", application=application, item=item, problem=problem,
            labels=material_labels(), files=[m for m in application.materials if m.item_id == item_id],
            limit=runtime().policy.get("intake.upload_max_mb"),
        )  # fmt: skip


def _open(session: Session, case_id: UUID) -> tuple[Application, Correction]:
    application = own_application(session, case_id, current_person().id)
    found = open_correction(corrections_of(session, case_id), runtime().clock.now())
    if found is None or application.withdrawn_at is not None:
        raise CorrectionOver
    return application, found

"""Entering an authority's notice (通知辩护、通知代理): by a clerk, or by the authority itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from services.intake.handlers.noticing import enter_notice, keep_letter
from services.intake.models import UploadedLetter
from services.intake.notice_form import NoticeForm, notice_form
from services.intake.refusals import NoticeAlreadyEntered
from services.intake.uploads import stored
from shared.errors import Invalid
from shared.forms import error_entries, file_inputs, form_values, render_form, wants_redraw
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_noticing", __name__, url_prefix="/intake/notices")

Values = dict[str, Any]


@blueprint.get("/new")
@needs("intake.notice.enter")
def new() -> Any:
    """The empty form."""
    return _page(notice_form(runtime(), current_person()), {})


@blueprint.post("/new")
@needs("intake.notice.enter")
def enter() -> Any:
    """Enter the notice; files are kept at once, so that they survive when the rest has to be corrected."""
    person = current_person()
    form = notice_form(runtime(), person)
    uploaded, refused = _uploaded(form, person.id)
    values = form_values(form.form, request.form, uploaded)
    if wants_redraw(request.form):
        return _page(form, values)
    try:
        answers = form.check(values)
        if refused:
            raise Invalid(fields=refused)
        with transaction() as work:
            case_id = enter_notice(work, person.id, answers).case_id
    except Invalid as problem:
        return _page(form, values, {**problem.fields, **refused}), problem.status
    except NoticeAlreadyEntered as problem:
        return _page(form, values, twin=problem.message), problem.status
    return redirect(url_for("intake_register.case", case_id=case_id), 303)


def _uploaded(form: NoticeForm, by: UUID) -> tuple[dict[str, Sequence[str]], dict[str, list[str]]]:
    """The ids of the files that came with the form, by the name of their input, and what was refused."""
    ids: dict[str, Sequence[str]] = {}
    for name in file_inputs(form.form, request.form):
        chosen = [file for file in request.files.getlist(name) if file.filename]
        if not chosen:
            continue
        try:
            with stored(chosen, "") as uploads, transaction() as work:
                ids[name] = [str(keep_letter(work, by, upload).id) for upload in uploads]
        except Invalid as problem:
            return ids, {"letters": [problem.message]}
    return ids, {}


def _page(
    form: NoticeForm, values: Values, errors: Mapping[str, Any] | None = None, *, twin: str = ""
) -> str:
    fields = render_form(
        form.form, values, errors, form.options, files=_files(values), environment=form.environment,
        summary=False,
    )  # fmt: skip
    return render_template(
        "intake/noticing.html", fields=fields, twin=twin,
        problems=error_entries(form.form, errors) if errors else [],
    )  # fmt: skip


def _files(values: Values) -> dict[str, dict[str, str]]:
    """The names of the files brought along so far."""
    ids = [UUID(text) for text in values.get("letters") or [] if len(text) == 36]
    with reading() as session:
        letters = [session.get(UploadedLetter, letter_id) for letter_id in ids]
        return {str(a.id): {"name": a.name} for a in letters if a and a.by == current_person().id}

"""People from a spreadsheet: template, upload, preview with what is wrong at each cell, then all at once.

The upload is not kept: between preview and confirmation its rows travel in the page, sealed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request

from services.identity.pages.login import MACHINE, page
from services.identity.pages.person_view import Errors
from services.identity.people.governing import givable_roles, my_places
from services.identity.people.importing import Checked, check, invite_all
from services.identity.people.sheets import (
    HEADS,
    MOST_BYTES,
    MOST_ROWS,
    Row,
    SheetUnreadable,
    read_sheet,
    template_text,
    template_workbook,
)
from services.identity.people.slips import new_code, slip_page
from shared.secrecy import SealError
from shared.web import current_person, needs, reading, runtime, transaction

bp = Blueprint("importing", __name__)
_PLACE = "identity.import"
_PREVIEW_COUNTS = timedelta(hours=1)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/identity/people/import")
@needs("identity.person.add")
def upload_form() -> Response:
    """Where the file is chosen."""
    return _upload()


@bp.get("/identity/people/import/people.xlsx")
@needs("identity.person.add")
def workbook() -> Response:
    """The template for a spreadsheet program, with the organisations and roles I may fill in."""
    with reading() as session:
        places = [(row.name, row.path) for row in my_places(session, current_person(), closed=False)]
    return _file(template_workbook(places, givable_roles(current_person()).values()), _XLSX)


@bp.get("/identity/people/import/people.csv")
@needs("identity.person.add")
def text() -> Response:
    """The template as CSV."""
    return _file(template_text(), "text/csv; charset=utf-8")


@bp.post("/identity/people/import")
@needs("identity.person.add")
def preview() -> Response:
    """What the file would do, row by row; nothing is done yet."""
    file = request.files.get("file")
    try:
        rows = read_sheet(file.stream.read(MOST_BYTES + 1) if file else b"")
    except SheetUnreadable as refusal:
        return _upload(refusal.status, refusal.fields)
    return _preview(rows)


@bp.post("/identity/people/import/confirm")
@needs("identity.person.add")
def confirm() -> Response:
    """Invite everybody of the list in one act; with mistakes in it only if the right rows were asked for."""
    me = current_person()
    rows = _opened(request.form.get("sealed", ""))
    if rows is None:
        return _upload(422, {"file": ["预览已经过期，请重新上传文件。"]})
    with transaction() as work:
        checked = check(work.session, work.keys, me, rows)
        if request.form.get("rows") != "right" and not all(row.right for row in checked):
            return _preview(rows, 422)
        slips = invite_all(work, me, checked, new_code, MACHINE.now())
    if not slips:
        return make_response(redirect("/identity/people?done=imported", 303))
    return slip_page(slips)


def _upload(status: int = 200, errors: Errors | None = None) -> Response:
    return page("import.html", status, errors=errors or {}, heads=HEADS, most=MOST_ROWS)


def _preview(rows: list[Row], status: int = 200) -> Response:
    with reading() as session:
        checked = check(session, runtime().keys, current_person(), rows)
    told = {"by": str(current_person().id), "at": MACHINE.now().isoformat(),
            "rows": [[row.number, row.cells] for row in rows]}  # fmt: skip
    wrong = [
        (row.number, HEADS[name], text)
        for row in checked
        for name, texts in row.faults.items()
        for text in texts
    ]
    return page(
        "import_preview.html", status, wrong=wrong, lines=[_line(row) for row in checked], heads=HEADS,
        new=sum(row.new for row in checked), known=sum(row.known for row in checked),
        bad=sum(not row.right for row in checked), sealed=runtime().keys.seal(told, _PLACE),
    )  # fmt: skip


def _line(row: Checked) -> list[Any]:
    state = "有错" if not row.right else "已有，不变" if row.known else "新邀请"
    return [row.number, *(row.cells[name] or "—" for name in HEADS), state]


def _opened(sealed: str) -> list[Row] | None:
    """The rows of the preview, if it was made for this person within the hour."""
    try:
        told = runtime().keys.open(sealed, _PLACE)
    except SealError:
        return None
    fresh = MACHINE.now() - datetime.fromisoformat(told["at"]) < _PREVIEW_COUNTS
    if told["by"] != str(current_person().id) or not fresh:
        return None
    return [Row(number, cells) for number, cells in told["rows"]]


def _file(content: bytes, kind: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={request.path.rpartition('/')[2]}"
    return answer

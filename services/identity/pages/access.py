"""The auditor's page: who looked at personal data, when and what for. Reading it is noted too (S0-9.3.3)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, make_response, redirect, request

from services.identity.access.queries import Wanted, entries, login_of, names_of, query_from, wanted_from
from services.identity.access.words import HEADS, line_of
from services.identity.models import AccessEntry
from services.identity.pages.login import page
from shared.clock import SHANGHAI
from shared.errors import Invalid
from shared.messaging.work import UnitOfWork
from shared.rights import places_of
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import ACTS, LOG_EXPORTED, LOG_READ, Looked, note_access

bp = Blueprint("access", __name__)
_PAGE = 50
_READ, _EXPORT = "identity.access.read", "identity.access.export"
_MOST = 50_000
_LOG = uuid5(NAMESPACE_URL, "https://fayuan.example/access-log")


@bp.get("/identity/access")
@needs("identity.access.read")
def listed() -> Response:
    """Who looked at what, by person, case, act and day."""
    number = max(request.args.get("page", 1, int), 1)
    try:
        wanted = wanted_from(request.args)
    except Invalid as problem:
        return _refused(request.args, problem)
    with transaction() as work:
        _note(work, LOG_READ, _READ, wanted)
        found, total = entries(work.session, current_person(), _READ, wanted, _PAGE, (number - 1) * _PAGE)
        rows, login = _lines(work, found), login_of(work.session, wanted.person_id)
    return page("access.html", typed={**wanted.typed, "person": login}, acts=ACTS, rows=rows, total=total,
                number=number, pages=max(math.ceil(total / _PAGE), 1), heads=HEADS)  # fmt: skip


@bp.post("/identity/access")
@needs("identity.access.read")
def look_up() -> Response:
    """The form: a login name may be a telephone number, so it does not go into an address."""
    try:
        with reading() as session:
            query = query_from(request.form, session, runtime().keys)
    except Invalid as problem:
        return _refused(request.form, problem)
    return make_response(redirect(f"/identity/access?{urlencode(query)}", 303))


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Chinese spreadsheet programs take the wide signs for the narrow ones."""


def _refused(typed: Mapping[str, str], problem: Invalid) -> Response:
    return page("access.html", 422, errors=problem.fields, typed=typed, acts=ACTS, rows=[], total=0,
                number=1, pages=1, heads=HEADS)  # fmt: skip


@bp.get("/identity/access.csv")
@needs("identity.access.export")
def export() -> Response:
    """The same entries as a table for a spreadsheet, the first fifty thousand of them."""
    wanted = wanted_from(request.args)
    with transaction() as work:
        _note(work, LOG_EXPORTED, _EXPORT, wanted)
        found, _total = entries(work.session, current_person(), _EXPORT, wanted, _MOST)
        text = _csv(_lines(work, found))
    name = f"access-{runtime().clock.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"
    answer = Response("\ufeff" + text, mimetype="text/csv")  # the mark tells Excel that it is UTF-8
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _note(work: UnitOfWork, act: str, action: str, wanted: Wanted) -> None:
    looked = Looked(
        what="identity.access_log", record_id=wanted.person_id or _LOG, fields=wanted.fields,
        organisation=places_of(current_person(), action)[0], case_number=wanted.case_number,
    )  # fmt: skip
    note_access(work, act, looked)


def _lines(work: UnitOfWork, found: Sequence[AccessEntry]) -> list[list[str]]:
    names = names_of(work.session, (i for entry in found for i in (entry.person_id, entry.behalf_of_id)))
    return [line_of(entry, names) for entry in found]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADS)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return target.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

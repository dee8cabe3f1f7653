"""form_values: a posted HTML form back into the JSON shape of a form's values.

Nothing is judged here: what a person typed survives, right or wrong, so that the page can show it again
beside the message that `form_schema` gives. Names in the page: `key`, in rows `list-0-key`; a date has
`-year -month -day`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.forms.cleaning import plain
from shared.forms.components import MAX_ROWS, Component, Form, fields_of

Posted = MultiDict[str, str]
Uploaded = Mapping[str, Sequence[str]]

REFRESH = "_refresh"
ADD_ROW = "_add"
REMOVE_ROW = "_remove"


def wants_redraw(posted: Posted) -> bool:
    """True when the person asked for another row, one row less, or the questions that follow from an
    answer.

    Such a request is answered with the page again, without messages; nothing is submitted.
    """
    return any(name in posted for name in (REFRESH, ADD_ROW, REMOVE_ROW))


def form_values(form: Form, posted: Posted, uploaded: Uploaded | None = None) -> dict[str, Any]:
    """The values of a posted form; names that are not the form's own are left out.

    `uploaded`: ids of files that the page has stored just now, by the name of their file input
    (`file_inputs`). Asked-for rows are added or taken away; otherwise rows with nothing in them are left
    out.
    """
    values = _level(form["components"], "", posted, uploaded or {})
    for field in fields_of(form["components"]):
        if field.component["type"] == "dynamiclist" and field.accepted:
            values[field.key] = _asked_rows(field.key, values[field.key], posted)
    return values


def file_inputs(form: Form, posted: Posted) -> dict[str, Component]:
    """The names of the file inputs of a posted form and the component each belongs to."""
    return dict(_file_inputs(form["components"], "", posted))


def upload_name(name: str) -> str:
    """The name of the input that takes new files of a file component."""
    return f"{name}-upload"


def _file_inputs(
    components: Sequence[Component], prefix: str, posted: Posted
) -> Iterator[tuple[str, Component]]:
    for field in fields_of(components):
        name = prefix + field.key
        if field.component["type"] == "filepicker" and field.accepted:
            yield upload_name(name), field.component
        elif field.component["type"] == "dynamiclist" and field.accepted:
            for index in range(_row_count(name, posted)):
                yield from _file_inputs(field.component["components"], f"{name}-{index}-", posted)


def _level(
    components: Sequence[Component], prefix: str, posted: Posted, uploaded: Uploaded
) -> dict[str, Any]:
    return {
        field.key: _value(field.component, prefix + field.key, posted, uploaded)
        for field in fields_of(components)
        if field.accepted
    }


def _value(component: Component, name: str, posted: Posted, uploaded: Uploaded) -> Any:
    kind = component["type"]
    if kind == "checkbox":
        return posted.get(name) == "true"
    if kind == "checklist":
        return posted.getlist(name)
    if kind == "datetime":
        return _date(*(plain(posted.get(f"{name}-{part}", "")) for part in ("year", "month", "day")))
    if kind == "number":
        return _number(plain(posted.get(name, "")))
    if kind == "filepicker":
        removed = set(posted.getlist(f"{name}-remove"))
        kept = [file for file in posted.getlist(name) if file not in removed]
        return _files(component, kept, uploaded.get(upload_name(name), ()))
    if kind == "dynamiclist":
        rows = range(_row_count(name, posted))
        return [_level(component["components"], f"{name}-{index}-", posted, uploaded) for index in rows]
    return posted.get(name) or None


def _files(component: Component, kept: list[str], new: Sequence[str]) -> list[str]:
    if new and not component.get("multiple"):
        return list(new)  # a single file is replaced by the one chosen now
    return kept + list(new)


def _date(year: str, month: str, day: str) -> str | None:
    if not (year or month or day):
        return None
    if re.fullmatch(r"\d{4}", year, re.ASCII) and all(
        re.fullmatch(r"\d{1,2}", part, re.ASCII) for part in (month, day)
    ):
        return f"{year}-{month:0>2}-{day:0>2}"
    return f"{year}-{month}-{day}"


def _number(text: str) -> int | float | str | None:
    compact = text.replace(",", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,20}", compact, re.ASCII):
        return int(compact)
    if re.fullmatch(r"[+-]?\d{0,20}\.\d{1,20}", compact, re.ASCII):
        return float(compact)
    return text or None


def _row_count(name: str, posted: Posted) -> int:
    text = posted.get(f"{name}-rows", "")
    return min(int(text), MAX_ROWS + 1) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else 0


def _asked_rows(key: str, rows: list[dict[str, Any]], posted: Posted) -> list[dict[str, Any]]:
    if posted.get(ADD_ROW) == key:
        return [*rows, {}] if len(rows) < MAX_ROWS else rows
    removed = posted.get(REMOVE_ROW, "").rpartition("-")
    if removed[0] == key:
        return [row for index, row in enumerate(rows) if str(index) != removed[2]]
    if wants_redraw(posted):
        return rows
    return [row for row in rows if any(row.values())]

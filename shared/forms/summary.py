"""The list of problems at the top of a page: one per field, in the page's order, linked to its input."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.forms.components import Component, Field, Form, fields_of, label_of
from shared.forms.inputs import messages_at
from shared.forms.posted import upload_name

Entry = dict[str, str]


def error_entries(form: Form, errors: Mapping[Any, Any]) -> list[Entry]:
    """`{"text", "href"}` for each field with a message; one without `href` concerns the form as a whole."""
    fields = fields_of(form["components"])
    known = {field.key for field in fields}
    whole = [text for key, found in errors.items() if key not in known for text in messages_at(found)]
    return [{"text": text} for text in whole] + list(_level(fields, errors, "", ""))


def _level(fields: Sequence[Field], errors: Mapping[Any, Any], prefix: str, context: str) -> Iterator[Entry]:
    for field in fields:
        found = errors.get(field.key)
        if not found:
            continue
        label, name = context + label_of(field.component), prefix + field.key
        if field.component["type"] == "dynamiclist" and isinstance(found, Mapping):
            yield from _rows(field.component, found, name, label)
        else:
            yield {
                "text": f"{label}：{messages_at(found)[0]}",
                "href": f"#f-{_first_input(field.component, name)}",
            }


def _rows(component: Component, errors: Mapping[Any, Any], name: str, label: str) -> Iterator[Entry]:
    inner = fields_of(component["components"])
    for index, found in errors.items():
        where = f"{label}第 {index + 1} 项"
        if isinstance(found, Mapping) and "_schema" not in found:
            yield from _level(inner, found, f"{name}-{index}-", f"{where} ")
        else:
            yield {"text": f"{where}：{messages_at(found)[0]}", "href": f"#f-{name}"}


def _first_input(component: Component, name: str) -> str:
    if component["type"] == "datetime":
        return f"{name}-year"
    return upload_name(name) if component["type"] == "filepicker" else name

"""Parameters of the GOV.UK macros for each input component."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.forms.checks import CHECKS
from shared.forms.components import CHOICES, Component, is_required, label_of, properties_of, rules_of
from shared.forms.options import Options, label_for, options_of
from shared.forms.posted import upload_name

Node = dict[str, Any]
Files = Mapping[str, Mapping[str, str]]
AUTOCOMPLETE = frozenset(
    {"name", "tel", "email", "street-address", "address-level1", "address-level2", "bday", "off"}
)


@dataclass(frozen=True)
class Question:
    """One input component to be drawn, with its answer so far and the messages about it.

    `options` and `files` come from the server: lists of options by name, `{"name", "href"}` of uploads
    by id.
    """

    component: Component
    name: str
    value: Any
    messages: list[str]
    options: Options
    files: Files

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def title(self) -> str:
        return label_of(self.component) + ("" if is_required(self.component) else "（选填）")

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)

    @property
    def chosen(self) -> set[str]:
        """The values to be marked as chosen."""
        values = self.value if isinstance(self.value, list) else [self.value]
        return {str(value) for value in values if value is not None}


def messages_at(errors: Any) -> list[str]:
    """The messages for one field, whatever shape marshmallow gave them (a list, or a dict by position)."""
    if isinstance(errors, Mapping):
        own = [
            text for found in errors.values() if not isinstance(found, Mapping) for text in messages_at(found)
        ]
        return list(dict.fromkeys(own))
    return [str(message) for message in errors or ()]


def shown_only(question: Question) -> Node:
    """The answer of a field that is only shown, as text or as links to files."""
    value = question.value
    node: Node = {"kind": "shown", "label": label_of(question.component), "value": question.text}
    if isinstance(value, bool):
        return node | {"value": "是" if value else "否"}
    if question.component["type"] in CHOICES:
        chosen = value if isinstance(value, list) else [value]
        return node | {
            "value": "、".join(label_for(question.component, question.options, item) for item in chosen)
        }
    return node | {"files": _kept_files(question)}


def _base(question: Question) -> Node:
    """What every input has: name, id, hint, the first message."""
    params: Node = {"name": question.name, "id": question.id, "idPrefix": question.id}
    if question.component.get("description"):
        params["hint"] = {"text": str(question.component["description"])}
    if question.messages:
        params["errorMessage"] = {"text": question.messages[0], "visuallyHiddenText": "错误"}
    return params


def _labelled(question: Question) -> Node:
    return _base(question) | {"label": {"text": question.title, "classes": "govuk-label--s"}}


def _with_legend(question: Question) -> Node:
    legend = {"text": question.title, "classes": "govuk-fieldset__legend--s"}
    return _base(question) | {"fieldset": {"legend": legend}}


def _text(question: Question) -> Node:
    rules, properties = rules_of(question.component), properties_of(question.component)
    params = _labelled(question) | {"value": question.text}
    params |= _keyboard(str(properties.get("check")), str(rules.get("validationType")))
    if properties.get("autocomplete") in AUTOCOMPLETE:
        params["autocomplete"] = properties["autocomplete"]
    return {"kind": "textfield", "params": params | _adorners(question.component)}


def _keyboard(check: str, validation: str) -> Node:
    """The keyboard that a phone shows, and no red lines under numbers."""
    if check in {"cn.mobile", "cn.phone"} or validation == "phone":
        return {"type": "tel", "classes": "govuk-input--width-20", "spellcheck": False}
    if validation == "email":
        return {"type": "email", "spellcheck": False, "autocapitalize": "none"}
    return {"classes": "govuk-input--width-20", "spellcheck": False} if check in CHECKS else {}


def _adorners(component: Component) -> Node:
    appearance = component.get("appearance") or {}
    named = {"prefix": appearance.get("prefixAdorner"), "suffix": appearance.get("suffixAdorner")}
    return {place: {"text": str(text)} for place, text in named.items() if text}


def _textarea(question: Question) -> Node:
    limit = rules_of(question.component).get("maxLength")
    params = _labelled(question) | {"rows": 6, "value": question.text}
    if not limit:
        return {"kind": "textarea", "params": params}
    counted = {"maxlength": int(limit), "textareaDescriptionText": "最多可以写 %{count} 个字"}
    return {"kind": "counted", "params": params | counted}


def _number(question: Question) -> Node:
    node = _text(question)
    mode = "decimal" if question.component.get("decimalDigits") else "numeric"
    node["params"] |= {"inputmode": mode, "classes": "govuk-input--width-10", "spellcheck": False}
    return node


def _checkbox(question: Question) -> Node:
    item = {"value": "true", "text": label_of(question.component), "checked": question.value is True}
    return {"kind": "checkboxes", "params": _base(question) | {"items": [item]}}


def _radio(question: Question) -> Node:
    """Two short answers such as 是 and 否 stand side by side."""
    items = _items(question, "checked")
    short = len(items) == 2 and all(len(item["text"]) <= 4 and "hint" not in item for item in items)
    params = _with_legend(question) | {"items": items, "classes": "govuk-radios--inline" if short else ""}
    return {"kind": "radios", "params": params}


def _checklist(question: Question) -> Node:
    return {"kind": "checkboxes", "params": _with_legend(question) | {"items": _items(question, "checked")}}


def _select(question: Question) -> Node:
    items = [{"value": "", "text": "请选择"}, *_items(question, "selected")]
    return {"kind": "select", "params": _labelled(question) | {"items": items}}


def _items(question: Question, mark: str) -> list[Node]:
    return [
        {
            "value": str(option["value"]),
            "text": str(option["label"]),
            mark: str(option["value"]) in question.chosen,
        }
        | ({"hint": {"text": str(option["hint"])}} if option.get("hint") else {})
        for option in options_of(question.component, question.options)
    ]


def _date(question: Question) -> Node:
    parts = [*question.text.split("-", 2), "", "", ""]
    wrong = " govuk-input--error" if question.messages else ""
    birthday = properties_of(question.component).get("autocomplete") == "bday"
    named = (("year", "年", 4), ("month", "月", 2), ("day", "日", 2))
    items = [
        {
            "name": f"{question.name}-{part}",
            "id": f"{question.id}-{part}",
            "label": label,
            "value": value,
            "classes": f"govuk-input--width-{width}{wrong}",
            "autocomplete": f"bday-{part}" if birthday else None,
        }
        for (part, label, width), value in zip(named, parts, strict=False)
    ]
    return {"kind": "date", "params": _with_legend(question) | {"items": items}}


def _filepicker(question: Question) -> Node:
    new = upload_name(question.name)
    params = _labelled(question)
    params |= {"name": new, "id": f"f-{new}", "multiple": bool(question.component.get("multiple"))}
    if question.component.get("accept"):
        params["attributes"] = {"accept": str(question.component["accept"])}
    return {"kind": "files", "params": params, "name": question.name, "files": _kept_files(question)}


def _kept_files(question: Question) -> list[Node]:
    if question.component["type"] != "filepicker" or not isinstance(question.value, list):
        return []
    known = ((str(item), question.files.get(str(item)) or {}) for item in question.value)
    return [
        {"id": key, "name": file.get("name") or "已上传的文件", "href": file.get("href")}
        for key, file in known
    ]


INPUT_VIEWS: Mapping[str, Callable[[Question], Node]] = {
    "textfield": _text,
    "textarea": _textarea,
    "number": _number,
    "checkbox": _checkbox,
    "radio": _radio,
    "select": _select,
    "checklist": _checklist,
    "datetime": _date,
    "filepicker": _filepicker,
}

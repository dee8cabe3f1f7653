"""Forms and components for the tests, and short ways to load and read them."""

from typing import Any

from lxml import html
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from shared.forms import form_schema, form_values, render_form

FILE = "7f1c1f9e-3d6f-4b52-9b7e-0a4a4f0e6f11"
OTHER_FILE = "0d9c0a53-35c0-4d0a-8f5a-5c9ad3f6f2aa"
MATTERS = {"matters": [{"value": "wage", "label": "劳动报酬"}, {"value": "injury", "label": "工伤赔偿"}]}


def a_form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"id": "sample", "type": "default", "components": list(components)}


def a_component(kind: str = "textfield", **settings: Any) -> dict[str, Any]:
    named = {"path": "answer"} if kind == "dynamiclist" else {"key": "answer"}
    return {"type": kind, "label": "问题", **named, **settings}


def an_option_list(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "label": f"选项 {value}"} for value in values]


def loaded(form: dict[str, Any], answers: Any, **settings: Any) -> Any:
    """The checked answers, or the messages as `{"errors": ...}`."""
    try:
        return form_schema(form, MATTERS, **settings).load(answers)
    except ValidationError as error:
        return {"errors": error.messages}


def messages(form: dict[str, Any], value: Any, **settings: Any) -> Any:
    """The messages about the component `answer`, None when the value is accepted."""
    result = loaded(form, {"answer": value}, **settings)
    return result.get("errors", {}).get("answer")


def page(form: dict[str, Any], *arguments: Any, **settings: Any) -> html.HtmlElement:
    """The rendered form as a document."""
    return html.fromstring(f"<main>{render_form(form, *arguments, **settings)}</main>")


def sent(document: html.HtmlElement) -> MultiDict[str, str]:
    """What a browser would post if nobody changed anything."""
    posted: MultiDict[str, str] = MultiDict()
    for element in document.iter("input", "select", "textarea"):
        name, kind = element.get("name"), element.get("type")
        if kind in ("checkbox", "radio") and element.get("checked") is None:
            continue
        if name and kind != "file":
            value = element.value if element.tag != "input" else element.get("value", "")
            posted.add(name, value or "")
    return posted


def posted_back(form: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Values drawn into a page and read back from what a browser posts."""
    return form_values(form, sent(page(form, values, None, MATTERS)))

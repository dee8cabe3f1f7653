"""A form as GOV.UK HTML that works without scripts, to be filled in or to be read."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from shared.feel import Environment
from shared.forms.components import DISPLAYS, Component, Form
from shared.forms.conditions import Values, clockless
from shared.forms.inputs import Files
from shared.forms.options import Options
from shared.forms.posted import REFRESH
from shared.forms.summary import error_entries
from shared.forms.view import form_nodes
from shared.web.layout import page_environment


def render_form(
    form: Form,
    values: Values | None = None,
    errors: Mapping[Any, Any] | None = None,
    options: Options | None = None,
    *,
    files: Files | None = None,
    environment: Environment | None = None,
    summary: bool = True,
) -> Markup:
    """The error summary and the fields of a form; the page puts `<form>`, token and button round it.
    A page with much above the form puts the summary (`error_entries`) at its top itself.

    `values` as `form_values` or a stored submission has them; `errors` as ValidationError.messages has
    them; `options` lists named by `valuesKey` (LookupError when one is missing); `files` name and link
    of uploads by id. Components that the values hide are left out.
    """
    nodes = form_nodes(
        form, values or {}, errors or {}, options or {}, files or {}, environment or clockless()
    )
    problems = error_entries(form, errors or {}) if summary else []
    return _rendered(nodes=nodes, problems=problems, refresh=REFRESH, region="form-fields")


def render_answers(
    form: Form,
    values: Values,
    options: Options | None = None,
    *,
    files: Files | None = None,
    environment: Environment | None = None,
) -> Markup:
    """The answers that were given on a form, to be read: no inputs, nothing that was not answered."""
    nodes = form_nodes(_locked(form), values, {}, options or {}, files or {}, environment or clockless())
    return _rendered(nodes=nodes, problems=[], refresh=REFRESH, region=None)


def _locked(component: Component) -> Component:
    """A form or component that asks nothing, without the texts that explain how to fill it in."""
    locked = {**component, "readonly": True, "description": ""}
    if "components" in component:
        inner = [each for each in component["components"] if each["type"] not in DISPLAYS]
        locked["components"] = [_locked(each) for each in inner]
    return locked


def _rendered(**context: Any) -> Markup:
    return Markup(page_environment().get_template("form.html").render(**context))

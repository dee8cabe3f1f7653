"""render_form: a form as GOV.UK HTML that works without scripts."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from shared.feel import Environment
from shared.forms.components import Form
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
) -> Markup:
    """The error summary and the fields of a form; the page puts `<form>`, token and button round it.

    `values` as `form_values` or a stored submission has them; `errors` as ValidationError.messages has
    them; `options` lists named by `valuesKey` (LookupError when one is missing); `files` name and link
    of uploads by id. Components that the values hide are left out.
    """
    nodes = form_nodes(
        form, values or {}, errors or {}, options or {}, files or {}, environment or clockless()
    )
    template = page_environment().get_template("form.html")
    return Markup(template.render(nodes=nodes, problems=error_entries(form, errors or {}), refresh=REFRESH))

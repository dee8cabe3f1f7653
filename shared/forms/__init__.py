"""Forms in the form-js format: one file draws the page, checks the answers and is checked when it is
deployed.

`form_schema` makes the marshmallow schema, `render_form` the HTML, `form_values` reads a posted page
back, `check_form` says what is wrong with a form file. Supported components: text, html, group,
textfield, textarea, number, checkbox, radio, select, checklist, datetime (dates), filepicker,
dynamiclist, separator, spacer.
"""

from shared.forms.checking import FormProblem, check_form
from shared.forms.posted import file_inputs, form_values, wants_redraw
from shared.forms.render import render_answers, render_form
from shared.forms.schema import form_schema
from shared.forms.summary import error_entries

__all__ = [
    "FormProblem",
    "check_form",
    "error_entries",
    "file_inputs",
    "form_schema",
    "form_values",
    "render_answers",
    "render_form",
    "wants_redraw",
]

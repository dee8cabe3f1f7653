"""form_schema: the answers a form accepts, as a marshmallow schema from the file that draws the page."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from shared.feel import Environment
from shared.forms.answers import answer_field, settings_of
from shared.forms.cleaning import check_of, cleaned
from shared.forms.components import MAX_ROWS, Component, Field, Form, fields_of, is_required, key_of
from shared.forms.conditions import Values, clockless, hidden_keys, visible_values
from shared.forms.options import Options

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NOTHING: Mapping[str, Any] = {"checklist": [], "filepicker": [], "dynamiclist": [], "checkbox": False}


class Answers(Schema):
    """The answers of one level: the whole form, or one row of a dynamic list."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "格式不正确", "unknown": "表单里没有这一项"}
    form_fields: ClassVar[Sequence[Field]] = ()
    environment: ClassVar[Environment]

    @validates_schema(skip_on_field_errors=False)
    def check_numbers(self, data: Mapping[str, Any], **_: Any) -> None:
        """Named checks, which may depend on a sibling: the kind of document the number is from."""
        wrong = {}
        for field in self.form_fields:
            value, check = data.get(field.key), check_of(field.component, data)
            if isinstance(value, str) and check is not None and not check.accepts(value):
                wrong[field.key] = [check.message]
        if wrong:
            raise ValidationError(wrong)


class FormAnswers(Answers):
    """The answers of a whole form; prepares the rows of its dynamic lists too."""

    @pre_load
    def prepare(self, data: Any, **_: Any) -> Any:
        """Write answers in one form, drop those of hidden fields, count missing ones as not answered."""
        return _prepared(self.form_fields, data, self.environment, None)


def form_schema(
    form: Form, options: Options | None = None, environment: Environment | None = None
) -> Answers:
    """A schema whose `load(answers)` gives checked answers as JSON values, or raises ValidationError.

    `options`: lists that the form names by `valuesKey`; LookupError when one is missing. `environment`:
    needed when a condition or a date rule asks for the time. The result has every visible field (None,
    False or [] when not answered), no hidden and no read-only one. Messages are Chinese, keyed by field,
    row numbers inside lists.
    """
    name = re.sub(r"\W", "_", str(form["id"]))
    build = _Builder(options or {}, environment or clockless())
    return build.schema(FormAnswers, fields_of(form["components"]), name)()


class _Builder:
    """Makes schema classes for a form and the rows of its lists."""

    def __init__(self, options: Options, environment: Environment) -> None:
        self.options = options
        self.environment = environment

    def today(self) -> date:
        now: datetime = self.environment.now()
        return now.astimezone(_SHANGHAI).date()

    def schema(self, kind: type[Answers], form_fields: Sequence[Field], name: str) -> type[Answers]:
        declared: dict[str, Any] = {f.key: self.field(f.component, name) for f in form_fields if f.accepted}
        made = cast("type[Answers]", kind.from_dict(declared, name=name))
        made.form_fields = form_fields
        made.environment = self.environment
        return made

    def field(self, component: Component, name: str) -> fields.Field[Any]:
        if component["type"] != "dynamiclist":
            return answer_field(component, self.options, self.today)
        row = self.schema(Answers, fields_of(component["components"]), f"{name}_{key_of(component)}")
        least = 1 if is_required(component) else 0
        limits = [
            validate.Length(min=least, error="请至少填写一项"),
            validate.Length(max=MAX_ROWS, error=f"最多填写 {MAX_ROWS} 项"),
        ]
        return fields.List(fields.Nested(row), validate=limits, **settings_of(component))


def _prepared(form_fields: Sequence[Field], data: Any, environment: Environment, outer: Values | None) -> Any:
    if not isinstance(data, Mapping):
        return data
    unknown = {key: value for key, value in data.items() if key not in {field.key for field in form_fields}}
    own = {field.key: _own_value(field, data) for field in form_fields}
    hidden = hidden_keys(form_fields, own, environment, outer)
    seen = visible_values(form_fields, own, hidden, outer)
    for field in form_fields:
        if field.component["type"] == "dynamiclist" and isinstance(own[field.key], list):
            rows = fields_of(field.component["components"])
            own[field.key] = [
                _prepared(rows, row, environment, seen) for row in own[field.key][: MAX_ROWS + 1]
            ]
    kept = {field.key: own[field.key] for field in form_fields if field.accepted and field.key not in hidden}
    return unknown | kept


def _own_value(field: Field, data: Mapping[str, Any]) -> Any:
    if not field.accepted:
        return None
    value = cleaned(field.component, data.get(field.key), data)
    return _NOTHING.get(field.component["type"]) if value is None else value

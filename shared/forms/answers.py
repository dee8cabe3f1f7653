"""Marshmallow fields for the input components. A loaded answer is JSON again: texts, numbers, booleans,
lists.

A date stays `YYYY-MM-DD`, a file stays the id of its upload, a number becomes int, or float when the
component has decimal digits.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from shared.forms.components import Component, is_required, properties_of, rules_of
from shared.forms.options import Options, values_of
from shared.forms.patterns import TEXT_LIMIT, bounded_pattern

Today = Callable[[], date]
_Validators = list[Callable[[Any], Any]]

LONGEST_LINE = 500
LONGEST_TEXT = 5000
LARGEST_NUMBER = 10**15
MOST_FILES = 20
EARLIEST_YEAR = 1900


class Number(fields.Field[int | float]):
    """A JSON number with at most so many decimal digits; int when there are none."""

    def __init__(self, digits: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.digits = digits

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("请填写数字")
        if not abs(value) <= LARGEST_NUMBER:  # also refuses what is not a number at all
            raise ValidationError("数字太大")
        exact = Decimal(str(value))
        if exact != round(exact, self.digits):
            raise ValidationError(f"最多填写 {self.digits} 位小数" if self.digits else "请填写整数")
        return float(exact) if self.digits else int(exact)


def answer_field(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    """The marshmallow field of an input component other than a dynamic list."""
    return _BUILDERS[component["type"]](component, options, today)


def settings_of(component: Component, verb: str = "填写") -> dict[str, Any]:
    """Keyword arguments every field has: null means "no answer", allowed unless the field is required."""
    message = f"请{verb}此项"
    return {
        "allow_none": not is_required(component),
        "error_messages": {"null": message, "required": message, "invalid": "格式不正确"},
    }


def _text(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    rules = rules_of(component)
    limit = LONGEST_TEXT if component["type"] == "textarea" else LONGEST_LINE
    limit = TEXT_LIMIT if rules.get("pattern") else limit
    validators: _Validators = [
        _encodable,
        _length(int(rules.get("minLength") or 0), int(rules.get("maxLength") or limit)),
    ]
    if rules.get("pattern"):
        message = str(properties_of(component).get("patternMessage") or "格式不正确，请按提示填写")
        pattern = bounded_pattern(str(rules["pattern"]))
        validators.append(_must(lambda text: pattern.fullmatch(text) is not None, message))
    if rules.get("validationType") == "email":
        validators.append(validate.Email(error="电子邮箱地址不正确，例如 name@example.com"))
    return fields.String(validate=_in_turn(validators), **settings_of(component))


def _number(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    rules = rules_of(component)
    validators: _Validators = []
    if rules.get("min") is not None:
        validators.append(validate.Range(min=rules["min"], error="不能小于 {min}"))
    if rules.get("max") is not None:
        validators.append(validate.Range(max=rules["max"], error="不能大于 {max}"))
    return Number(int(component.get("decimalDigits") or 0), validate=validators, **settings_of(component))


def _checkbox(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    validators: _Validators = [validate.Equal(True, error="请勾选此项")] if is_required(component) else []
    settings = settings_of(component, "勾选") | {"truthy": {True}, "falsy": {False}}
    return fields.Boolean(validate=validators, **settings)


def _choice(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    one_of = validate.OneOf(values_of(component, options), error="请从列出的选项中选择")
    return fields.String(validate=one_of, **settings_of(component, "选择"))


def _checklist(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    known = values_of(component, options)
    item = fields.String(validate=validate.OneOf(known, error="请从列出的选项中选择"))
    return _list(component, item, most=len(known), verb="选择")


def _date(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    validators: _Validators = [_is_date]
    if component.get("disallowPassedDates"):
        validators.append(_must(lambda text: date.fromisoformat(text) >= today(), "不能早于今天"))
    if properties_of(component).get("disallowFutureDates") in (True, "true"):
        validators.append(_must(lambda text: date.fromisoformat(text) <= today(), "不能晚于今天"))
    return fields.String(validate=_in_turn(validators), metadata={"format": "date"}, **settings_of(component))


def _files(component: Component, options: Options, today: Today) -> fields.Field[Any]:
    most = MOST_FILES if component.get("multiple") else 1
    item = fields.String(validate=_is_uuid, metadata={"format": "uuid"})
    return _list(component, item, most=most, verb="上传")


def _list(component: Component, item: fields.Field[Any], most: int, verb: str) -> fields.Field[Any]:
    validators: _Validators = [
        validate.Length(max=most, error=f"最多{verb} {most} 项"),
        _must(lambda items: len(items) == len(set(items)), "同一项只能出现一次"),
    ]
    if is_required(component):
        validators.insert(0, validate.Length(min=1, error=f"请{verb}此项"))
    return fields.List(item, validate=_in_turn(validators), **settings_of(component, verb))


def _in_turn(validators: Sequence[Callable[[Any], Any]]) -> Callable[[Any], None]:
    """One message at a time: a text that is too long is not also called malformed."""

    def check(value: Any) -> None:
        for validator in validators:
            validator(value)

    return check


def _must(accepts: Callable[[Any], bool], message: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not accepts(value):
            raise ValidationError(message)

    return check


def _length(least: int, most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if len(text) < least:
            raise ValidationError(f"至少填写 {least} 个字")
        if len(text) > most:
            raise ValidationError(f"最多填写 {most} 个字，现在有 {len(text)} 个字")

    return check


def _encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair, possible in JSON
        raise ValidationError("含有无法保存的字符") from error


def _is_date(text: str) -> None:
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None or found.year < EARLIEST_YEAR:
        raise ValidationError("请填写完整、真实的日期，例如 2026 年 3 月 27 日")


def _is_uuid(text: str) -> None:
    try:
        found = str(UUID(text))
    except ValueError:
        found = ""
    if found != text:
        raise ValidationError("文件无效，请重新上传")


_BUILDERS: Mapping[str, Callable[[Component, Options, Today], fields.Field[Any]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "radio": _choice,
    "select": _choice,
    "checklist": _checklist,
    "datetime": _date,
    "filepicker": _files,
}

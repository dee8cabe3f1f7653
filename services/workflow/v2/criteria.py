"""Filters of a search: a plain value, or operators (`{"$in": [...]}`), as conditions on a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from marshmallow import ValidationError, fields, validate

from services.workflow.paging import plainly
from services.workflow.rules import LARGEST_KEY
from shared.ids import first_key, last_key

Column = Any
Condition = sa.ColumnElement[bool]
Criterion = list[tuple[str, Any]]
NO_CASE = UUID(int=0)

_OPERATORS: Mapping[str, Callable[[Column, Any], Condition]] = {
    "$eq": lambda column, value: column == value,
    "$neq": lambda column, value: column.is_distinct_from(value),
    "$exists": lambda column, value: column.is_not(None) if value else column.is_(None),
    "$in": lambda column, value: column.in_(value),
    "$notIn": lambda column, value: column.is_(None) | column.not_in(value),
    "$gt": lambda column, value: column > value,
    "$gte": lambda column, value: column >= value,
    "$lt": lambda column, value: column < value,
    "$lte": lambda column, value: column <= value,
    "$like": lambda column, value: column.like(_like(value), escape="\\"),
}
_LISTS = ("$in", "$notIn")
MOST_VALUES = 1000
LONGEST_PATTERN = 1000
_TOO_LONG = f"$like 最多 {LONGEST_PATTERN} 个字"
_PATTERN = fields.String(validate=validate.Length(max=LONGEST_PATTERN, error=_TOO_LONG))
EQUALITY = ("$eq", "$neq", "$exists", "$in", "$notIn")
TEXT = (*EQUALITY, "$like")
RANGE = (*EQUALITY, "$gt", "$gte", "$lt", "$lte")
MEMBER = ("$eq", "$in")


class Criteria(fields.Field[Criterion]):
    """A filter field whose values are read by `value`; only these operators apply."""

    def __init__(
        self, value: fields.Field[Any], operators: tuple[str, ...] = EQUALITY, **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.value = value
        self.operators = operators

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Criterion:
        if not isinstance(value, Mapping):
            return [("$eq", self.value.deserialize(value))]
        unknown = set(value) - set(self.operators)
        if unknown:
            raise ValidationError(f"不支持的运算：{', '.join(sorted(unknown))}")
        return [(operator, self._operand(operator, given)) for operator, given in value.items()]

    def _operand(self, operator: str, given: Any) -> Any:
        if operator == "$exists":
            return fields.Boolean().deserialize(given)
        if operator in _LISTS:
            if not isinstance(given, list) or len(given) > MOST_VALUES:
                raise ValidationError(f"{operator} 需要一个列表，最多 {MOST_VALUES} 项")
            return [self.value.deserialize(item) for item in given]
        if operator == "$like":  # a part of a name is no name yet, also where only some names are allowed
            return _PATTERN.deserialize(given)
        return self.value.deserialize(given)


class KeyField(fields.String):
    """A 63-bit key, written as text; `pattern` tells others how it looks."""

    pattern = "^[0-9]{1,25}$"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        text = super()._deserialize(value, attr, data, **settings)
        if not (text.isascii() and text.isdigit() and len(text) <= 25 and int(text) <= LARGEST_KEY):
            raise ValidationError("不是有效的键值")
        return int(text)


class Moment(fields.AwareDateTime):
    """A moment with its offset, within the years that can be reckoned with in every zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **settings)
        if not 1900 <= moment.year < 9999:
            raise ValidationError("日期超出范围")
        return moment


class CaseField(fields.String):
    """A business id: here always the id of a case. Another text is no case's."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        return case_id_of(super()._deserialize(value, attr, data, **settings)) or NO_CASE


def case_id_of(text: str | None) -> UUID | None:
    """The case a business id or correlation key names, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def conditions(wanted: Criterion, column: Column) -> list[Condition]:
    """The filter on an ordinary column."""
    return [_OPERATORS[operator](column, value) for operator, value in wanted]


def made_when(wanted: Criterion, column: Column, key: Column) -> list[Condition]:
    """The filter on when rows were made, also as one on their keys, in which that moment is: they have an
    index."""
    bounds = []
    for operator, moment in wanted:
        if operator in ("$eq", "$gt", "$gte"):
            bounds.append(key >= first_key(moment))
        if operator in ("$eq", "$lt", "$lte"):
            bounds.append(key <= last_key(moment))
    return [*conditions(wanted, column), *bounds]


def named_states(wanted: Criterion, column: Column) -> list[Condition]:
    """The filter on a status; states that are named stand in the statement itself, for indexes on a part."""
    return [
        column.in_([plainly(name) for name in (given if operator == "$in" else [given])])
        if operator in ("$eq", "$in")
        else _OPERATORS[operator](column, given)
        for operator, given in wanted
    ]


def one_of(groups: Iterable[Iterable[Condition]]) -> Condition:
    """All conditions of one of the groups; no groups are no condition."""
    ways = [sa.and_(sa.true(), *group) for group in groups]
    return sa.or_(*ways) if ways else sa.true()


def contains(wanted: Criterion, column: Column) -> list[Condition]:
    """The filter on a column that holds a JSON list of names: it contains the name, or one of them."""
    text = sa.cast(column, sa.Text)
    found = []
    for _, value in wanted:
        names = value if isinstance(value, list) else [value]
        quoted = [f'"{_json(name)}"' for name in names]
        found.append(sa.or_(sa.false(), *(text.contains(name, autoescape=True) for name in quoted)))
    return found


def _json(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _like(pattern: str) -> str:
    """`*` and `?` as SQL writes them; a backslash takes the meaning from what follows."""
    written, literal = [], False
    for sign in pattern:
        if literal or sign not in "\\*?":
            written.append(f"\\{sign}" if sign in "\\%_" else sign)
            literal = False
        elif sign == "\\":
            literal = True
        else:
            written.append("%" if sign == "*" else "_")
    return "".join(written)

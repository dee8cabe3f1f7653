"""check_form: what is wrong with a form file, found when it is deployed and not when a citizen opens it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.feel import FeelError, compile_expression
from shared.forms.component_rules import component_problems
from shared.forms.components import DISPLAYS, INPUTS, Component, Field, condition_of, fields_of

MOST_COMPONENTS = 300
DEEPEST = 6
_ROW_NAMES = frozenset({"this", "parent", "i"})


@dataclass(frozen=True)
class FormProblem:
    """One fault: the id (or key) of the component, and what is wrong, in Chinese and English."""

    component: str
    reason_zh: str
    reason_en: str


def check_form(form: Any) -> list[FormProblem]:
    """The problems of a form file, in the order of the file; none means that it can be deployed.

    Takes whatever JSON held. Finds unknown component types and keys, settings that the server does not
    carry out, options without values, conditions that do not parse, ask for unknown fields or go round
    in a circle, and patterns that could run away.
    """
    if not isinstance(form, Mapping) or not isinstance(form.get("components"), list):
        return [FormProblem("", "文件不是表单：缺少 components", "not a form: components is missing")]
    problems = [] if _is_name(form.get("id")) else [FormProblem("", "表单缺少 id", "the form has no id")]
    shape = list(_shape(form["components"], 1))
    if shape:
        return problems + shape  # what follows relies on the shape
    if _count(form["components"]) > MOST_COMPONENTS:
        return [
            *problems,
            FormProblem("", f"组件多于 {MOST_COMPONENTS} 个", f"more than {MOST_COMPONENTS} components"),
        ]
    problems += [
        FormProblem(_name(c), zh, en) for c in _all(form["components"]) for zh, en in component_problems(c)
    ]
    return problems or list(_level_problems(form["components"], frozenset()))


def _shape(components: Sequence[Any], depth: int) -> Iterator[FormProblem]:
    for component in components:
        if not isinstance(component, Mapping) or not isinstance(component.get("type"), str):
            yield FormProblem("", "组件没有类型", "a component has no type")
        elif component["type"] in {"group", "dynamiclist"}:
            inner = component.get("components")
            if not isinstance(inner, list) or depth >= DEEPEST:
                yield FormProblem(
                    _name(component), "分组没有内容，或者嵌套太深", "no components inside, or too deep"
                )
            else:
                yield from _shape(inner, depth + 1)
        elif component["type"] not in INPUTS | DISPLAYS:
            kind = component["type"][:40]
            yield FormProblem(
                _name(component), f"不支持的组件类型：{kind}", f"component type not supported: {kind}"
            )


def _all(components: Sequence[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from _all(component.get("components") or ())


def _count(components: Sequence[Component]) -> int:
    return sum(1 for _ in _all(components))


def _level_problems(components: Sequence[Component], outer: frozenset[str]) -> Iterator[FormProblem]:
    fields = fields_of(components)
    keys = [field.key for field in fields]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield FormProblem(key, f"名称重复：{key}", f"the key {key} is used more than once")
    readable = frozenset(keys) | outer
    yield from _unknown_names(_own_level(components), readable)
    yield from _locked_conditions(fields)
    yield from _kind_problems(fields)
    yield from _circles([field for field in fields if field.accepted])
    for field in fields:
        if field.component["type"] == "dynamiclist":
            yield from _level_problems(field.component["components"], readable | _ROW_NAMES)


def _own_level(components: Sequence[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        if component["type"] == "group":
            yield from _own_level(component["components"])


def _unknown_names(components: Iterator[Component], readable: frozenset[str]) -> Iterator[FormProblem]:
    for component in components:
        unknown = sorted(_read_by(condition_of(component)) - readable)
        if unknown:
            reason_zh = f"隐藏条件用到了表单里没有的字段：{'、'.join(unknown)}"
            reason_en = f"the condition reads unknown fields: {', '.join(unknown)}"
            yield FormProblem(_name(component), reason_zh, reason_en)


def _locked_conditions(fields: Sequence[Field]) -> Iterator[FormProblem]:
    """An answer is checked without the values of read-only fields, so it cannot depend on them."""
    locked = frozenset(field.key for field in fields if not field.accepted)
    for field in fields:
        names = sorted(locked & _reads(field)) if field.accepted else []
        if names:
            reason_zh = f"填写项的隐藏条件不能用只读字段：{'、'.join(names)}"
            reason_en = f"the condition of an input reads read-only fields: {', '.join(names)}"
            yield FormProblem(_name(field.component), reason_zh, reason_en)


def _kind_problems(fields: Sequence[Field]) -> Iterator[FormProblem]:
    keys = {field.key for field in fields}
    for field in fields:
        kind = (field.component.get("properties") or {}).get("kind")
        if kind is not None and kind not in keys:
            yield FormProblem(
                _name(field.component),
                f"证件种类字段 {kind} 不存在",
                f"the field {kind} that tells the kind does not exist",
            )


def _circles(fields: Sequence[Field]) -> Iterator[FormProblem]:
    """Fields whose visibility depends on itself: no order of answering would settle it."""
    reads = {field.key: _reads(field) for field in fields}
    for key in reads:
        reached: set[str] = set()
        ahead = set(reads[key])
        while ahead:
            name = ahead.pop()
            reached.add(name)
            ahead |= reads.get(name, frozenset()) - reached
        if key in reached:
            reason_zh = "隐藏条件绕成了圈：这一项是否显示取决于它自己"
            yield FormProblem(key, reason_zh, "the condition depends on the field itself")


def _reads(field: Field) -> frozenset[str]:
    return frozenset().union(*(_read_by(condition) for condition in field.hidden_by))


def _read_by(condition: str | None) -> frozenset[str]:
    try:
        return compile_expression(condition).variables if condition else frozenset()
    except FeelError:  # reported as a problem of the component itself
        return frozenset()


def _name(component: Component) -> str:
    return str(component.get("id") or component.get("key") or component.get("path") or "")[:80]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100

"""What a component of a form file must have, and which form-js settings the server does not carry out."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.feel import FeelError, FeelSyntaxError, compile_expression
from shared.forms.checks import CHECKS
from shared.forms.components import CHOICES, Component
from shared.forms.inputs import AUTOCOMPLETE
from shared.forms.patterns import PatternRefused, bounded_pattern

Fault = tuple[str, str]

_KEY = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,63}")
_TAKEN = {"Meta", "csrf_token", "this", "parent", "i"}
_TEXTS = {"textfield", "textarea"}


def component_problems(component: Component) -> Iterator[Fault]:
    """The faults of one component by itself, as (Chinese, English)."""
    kind = component["type"]
    yield from _condition(component)
    if kind in {"text", "html"}:
        yield from _display_text(component)
    if kind not in {"text", "html", "group", "separator", "spacer"}:
        yield from _key(component, "path" if kind == "dynamiclist" else "key")
        yield from _label(component)
        yield from _validate(component)
        yield from _properties(component)
    for rule in _BY_TYPE.get(kind, ()):
        yield from rule(component)


def _condition(component: Component) -> Iterator[Fault]:
    conditional = component.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, Mapping) else conditional
    if not hide:
        return
    if not isinstance(hide, str):
        yield "隐藏条件应为表达式", "conditional.hide is not an expression"
        return
    try:
        compile_expression(hide)
    except FeelSyntaxError as error:
        yield f"隐藏条件写错了：{error.message_zh}", f"conditional.hide: {error.message}"
    except FeelError:
        yield "隐藏条件无法使用", "conditional.hide cannot be used"


def _display_text(component: Component) -> Iterator[Fault]:
    text = component.get("text") if component["type"] == "text" else component.get("content")
    if not isinstance(text, str) or not text.strip():
        yield "文字内容是空的", "the text is empty"
        return
    if text.lstrip().startswith("=") or "{{" in text:
        yield "文字内容不能用表达式", "expressions in a text are not supported"
    if re.search(r"</?[a-zA-Z]", text):
        yield (
            "文字内容只支持标题、列表、加粗和链接，不支持 HTML 标签",
            "HTML tags in a text are not supported",
        )


def _key(component: Component, name: str) -> Iterator[Fault]:
    key = component.get(name)
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        yield "名称只能用汉字、字母、数字和下划线，以字母或汉字开头", f"{name} is missing or not a plain name"
    elif key in _TAKEN:
        yield f"名称 {key} 已被系统占用", f"the name {key} is taken"


def _label(component: Component) -> Iterator[Fault]:
    label = component.get("label")
    if component["type"] == "datetime":
        label = label or component.get("dateLabel")
    if not isinstance(label, str) or not label.strip():
        yield "缺少标签：读屏软件和错误提示都要用到", "the label is missing"


def _validate(component: Component) -> Iterator[Fault]:
    rules = component.get("validate") or {}
    if not isinstance(rules, Mapping):
        yield "校验规则的格式不正确", "validate is not an object"
        return
    for low, high in (("min", "max"), ("minLength", "maxLength")):
        least, most = rules.get(low), rules.get(high)
        if not all(
            bound is None or (_is_number(bound) and (low == "min" or bound >= 0)) for bound in (least, most)
        ):
            yield f"{low} 和 {high} 应为数字，不能是表达式", f"{low} and {high} must be numbers"
        elif least is not None and most is not None and least > most:
            yield f"{low} 大于 {high}", f"{low} is larger than {high}"
    if rules.get("pattern"):
        yield from _pattern(component, rules["pattern"])
    if rules.get("validationType") not in {None, "", "custom", "email", "phone"}:
        yield "不支持这种校验类型", "validationType is not supported"


def _pattern(component: Component, pattern: Any) -> Iterator[Fault]:
    if component["type"] != "textfield":
        yield "只有单行文本可以用正则校验", "only a text field takes a pattern"
    try:
        bounded_pattern(str(pattern))
    except PatternRefused as error:
        yield "正则表达式不被允许：须以 ^ 开头、$ 结尾，不能有嵌套的重复", f"pattern refused: {error}"


def _properties(component: Component) -> Iterator[Fault]:
    properties = component.get("properties") or {}
    if not isinstance(properties, Mapping):
        yield "自定义属性的格式不正确", "properties is not an object"
        return
    if "check" in properties and (properties["check"] not in CHECKS or component["type"] != "textfield"):
        yield (
            f"没有这种号码校验，可用的有：{'、'.join(CHECKS)}",
            "the named check does not exist, or not for this type",
        )
    if "kind" in properties and properties.get("check") != "cn.ric":
        yield "kind 只能与 cn.ric 一起使用", "kind goes with cn.ric only"
    if properties.get("autocomplete") not in {None, *AUTOCOMPLETE}:
        yield "不支持这种自动填写", "autocomplete is not supported"


def _choices(component: Component) -> Iterator[Fault]:
    if component.get("valuesExpression"):
        yield "选项不能用表达式", "valuesExpression is not supported"
    if component.get("valuesKey"):
        if not isinstance(component["valuesKey"], str) or component.get("values"):
            yield (
                "选项只能来自一处：values 或 valuesKey",
                "options come from values or from valuesKey, not both",
            )
        return
    values = component.get("values")
    if not isinstance(values, list) or not values or not all(_is_option(option) for option in values):
        yield "选项要有名称和文字值", "every option needs a label and a value that is a text"
    elif len({option["value"] for option in values}) < len(values):
        yield "选项的值重复", "two options have the same value"


def _group(component: Component) -> Iterator[Fault]:
    if component.get("path"):
        yield "分组不能有路径", "a group with a path is not supported"


def _rows(component: Component) -> Iterator[Fault]:
    if any(inner.get("type") == "dynamiclist" for inner in _inside(component)):
        yield "列表里不能再有列表", "a list inside a list is not supported"
    repetitions = component.get("defaultRepetitions", 1)
    if not isinstance(repetitions, int) or not 1 <= repetitions <= 20:
        yield "默认行数应为 1 到 20", "defaultRepetitions must be 1 to 20"


def _inside(component: Component) -> Iterator[Component]:
    for inner in component["components"]:
        yield inner
        if inner["type"] == "group":
            yield from _inside(inner)


def _date(component: Component) -> Iterator[Fault]:
    if component.get("subtype", "date") != "date":
        yield "只支持日期，不支持时间", "only dates are supported"


def _number(component: Component) -> Iterator[Fault]:
    digits = component.get("decimalDigits") or 0
    if not isinstance(digits, int) or not 0 <= digits <= 6:
        yield "小数位数应为 0 到 6", "decimalDigits must be 0 to 6"
    if component.get("serializeToString"):
        yield "数字不能存成文字", "serializeToString is not supported"


def _is_option(option: Any) -> bool:
    return isinstance(option, Mapping) and all(
        isinstance(option.get(name), str) and option[name].strip() for name in ("value", "label")
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_BY_TYPE: Mapping[str, tuple[Callable[[Component], Iterator[Fault]], ...]] = {
    **dict.fromkeys(CHOICES, (_choices,)),
    "group": (_group,),
    "dynamiclist": (_rows,),
    "datetime": (_date,),
    "number": (_number,),
}

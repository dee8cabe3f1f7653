"""The reference as one page of Markdown, Chinese first."""

from collections.abc import Iterable

from shared.feel import limits
from shared.feel.reference.signatures import signatures
from shared.feel.reference.words import (
    Difference,
    Example,
    Function,
    Group,
    Section,
    differences,
    groups,
    sections,
)

_HEAD = """# FEEL 参考 / FEEL reference

Made by `python -m shared.feel.reference` from `shared/feel/`; do not edit.

流程里的条件、期限、映射，表单里的显示条件，决策表的每个单元格，都用 FEEL 书写（DMN 1.5 标准）。
下面每个例子都由测试算过：当时是 2024 年 9 月 30 日 12:00（上海时间），策略是 jiangsu。

Conditions, periods and mappings of processes, conditions of forms and the cells of decision tables are
written in FEEL (DMN 1.5). Every example here is evaluated by a test, at 12:00 on 2024-09-30 in Shanghai,
with the policy jiangsu.
"""
_ORIGINS = {
    "standard": "",
    "camunda": "Camunda 的函数，不在 DMN 标准里 / from Camunda, not part of DMN",
    "fayuan": "本系统的函数，不在 DMN 标准里 / our own, not part of DMN",
}
_DIFFERENCES = """## 浏览器里的差别 / Differences in the browser

流程和表单的条件由服务器计算。画图和表单的工具（Camunda Modeler、form-js）在浏览器里计算时，用的是 npm 的
`@bpmn-io/feelin`。测试用大量随机表达式比较两边的结果；下面是已知的差别，写表单条件时请避开。
以服务器的结果为准。

Conditions of processes and forms are evaluated by the server. The tools for diagrams and forms (Camunda
Modeler, form-js) evaluate in the browser, with npm's `@bpmn-io/feelin`. A test compares both on many
generated expressions; here are the known differences: avoid them in conditions of forms. The server's
answer counts.
"""


def reference_page() -> str:
    """The text of `docs/feel.md`."""
    parts = [_HEAD, _contents(), "## 语言 / The language\n"]
    parts += map(_language, sections())
    parts += map(_topic, groups())
    parts += [_DIFFERENCES, *map(_difference, differences())]
    return "\n".join(parts)


def _contents() -> str:
    lines = [_link("语言 / The language")]
    for group in groups():
        functions = " · ".join(_link(function.name) for function in group.functions)
        lines.append(f"{_link(f'{group.zh} / {group.en}')}: {functions}")
    lines.append(_link("浏览器里的差别 / Differences in the browser"))
    return "\n".join(f"- {line}" for line in lines) + "\n"


def _link(title: str) -> str:
    return f"[{title}](#{_anchor(title)})"


def _anchor(title: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    kept = "".join(sign for sign in title if sign.isalnum() or sign in " -_")
    return kept.lower().replace(" ", "-")


def _language(section: Section) -> str:
    lines = [f"### {section.zh} / {section.en}\n", f"{section.text_zh}\n", f"{section.text_en}\n"]
    if section.limits:
        rows = [[zh, en, f"{getattr(limits, name):,}"] for name, zh, en in section.limits]
        lines.append(_table(["限制", "limit", "值 / value"], rows))
    plain = [one for one in section.examples if one.value is None]
    cells = [one for one in section.examples if one.value is not None]
    if plain:
        lines.append(_examples(plain))
    if cells:
        rows = [[_code(one.text), _code(one.value or ""), _code(one.result)] for one in cells]
        lines.append(_table(["单元格 / cell", "值 / value", "结果 / result"], rows))
    return "\n".join(lines)


def _topic(group: Group) -> str:
    return "\n".join([f"## {group.zh} / {group.en}\n", *map(_built_in, group.functions)])


def _built_in(function: Function) -> str:
    lines = [f"### {function.name}\n", "```", *signatures(function.name), "```\n"]
    if origin := _ORIGINS[function.origin]:
        lines.append(f"*{origin}*\n")
    return "\n".join([*lines, f"{function.zh}\n", f"{function.en}\n", _examples(function.examples)])


def _difference(difference: Difference) -> str:
    rows = [[_code(text), _code(ours), _code(theirs)] for text, ours, theirs in difference.examples]
    table = _table(["例 / example", "服务器 / server", "浏览器 / browser"], rows)
    return "\n".join([f"{difference.zh}\n", f"{difference.en}\n", table])


def _examples(examples: Iterable[Example]) -> str:
    rows = [[_code(one.text), _code(one.result)] for one in examples]
    return _table(["例 / example", "结果 / result"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _code(text: str) -> str:
    """The text as code in a cell of a table; where it holds backticks, between two of them."""
    fence = "`` {} ``" if "`" in text else "`{}`"
    return fence.format(text.replace("|", "\\|"))

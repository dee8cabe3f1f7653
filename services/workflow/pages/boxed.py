"""What a decision says, arranged for a page: tables as tables, everything else as named parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.dmn.model import (
    BoxedList,
    Conditional,
    Context,
    DecisionTable,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    Literal,
    Relation,
)

HIT_POLICIES = {
    "UNIQUE": "最多一行符合，结果就是这一行",
    "FIRST": "从上到下，第一个符合的行算数",
    "PRIORITY": "可以有几行符合，按结果的优先次序取一行",
    "ANY": "可以有几行符合，结果必须相同",
    "COLLECT": "列出所有符合的行的结果",
    "RULE ORDER": "按从上到下的次序列出所有符合的行的结果",
    "OUTPUT ORDER": "按结果的优先次序列出所有符合的行的结果",
}
AGGREGATIONS = {
    "SUM": "把所有符合的行的结果相加",
    "MIN": "取所有符合的行中最小的结果",
    "MAX": "取所有符合的行中最大的结果",
    "COUNT": "数一数有几行符合",
}
_ITERATIONS = {"for": "逐项计算", "some": "至少一项满足", "every": "每一项都满足"}


def arranged(body: Any) -> dict[str, Any]:
    """A boxed expression for the template; `kind` names the macro that shows it."""
    if isinstance(body, Literal):
        return {"kind": "text", "text": body.text}
    if isinstance(body, DecisionTable):
        return _table(body)
    if isinstance(body, Relation):
        rows = [[arranged(cell) for cell in row] for row in body.rows]
        return {"kind": "relation", "columns": [column.name for column in body.columns], "rows": rows}
    if isinstance(body, BoxedList):
        return {"kind": "items", "items": [arranged(item) for item in body.items]}
    return {"kind": "parts", "parts": [(label, arranged(part)) for label, part in _parts(body)]}


def _table(table: DecisionTable) -> dict[str, Any]:
    notes = list(table.annotations) or (["说明"] if any(_notes(rule) for rule in table.rules) else [])
    return {
        "kind": "table", "policy": AGGREGATIONS.get(table.aggregation) or HIT_POLICIES[table.hit_policy],
        "inputs": [_clause(i.label or i.text, i.text, i.values) for i in table.inputs],
        "outputs": [_clause(o.label or o.name or "结果", o.name, o.values) for o in table.outputs],
        "notes": notes, "defaults": [o.default or "" for o in table.outputs],
        "has_defaults": any(o.default for o in table.outputs),
        "rows": [
            {
                "inputs": [cell if cell not in ("", "-") else "不限" for cell in rule.inputs],
                "outputs": rule.outputs, "notes": _padded(_notes(rule), len(notes)),
            }
            for rule in table.rules
        ],
    }  # fmt: skip


def _clause(label: str, text: str, values: str | None) -> dict[str, str]:
    return {"label": label, "text": text if text != label else "", "values": values or ""}


def _notes(rule: Any) -> list[str]:
    """What stands beside a row; the note of older files is in the description."""
    return list(rule.annotations) or ([rule.description] if rule.description else [])


def _padded(notes: list[str], width: int) -> list[str]:
    return (notes + [""] * width)[:width]


def _parts(body: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(body, Context):
        return [(entry.name or "结果", entry.body) for entry in body.entries]
    if isinstance(body, Invocation):
        return [("调用", body.function), *((binding.name, binding.body) for binding in body.bindings)]
    if isinstance(body, FunctionDefinition):
        return [(f"函数（{'，'.join(p.name for p in body.parameters)}）", body.body)]
    if isinstance(body, Conditional):
        return [("如果", body.test), ("那么", body.then), ("否则", body.otherwise)]
    if isinstance(body, Filter):
        return [("从", body.source), ("选出", body.match)]
    if isinstance(body, Iteration):
        return [(f"对每个 {body.variable}", body.source), (_ITERATIONS[body.kind], body.body)]
    return []

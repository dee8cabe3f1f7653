"""The output side of a decision table: cells, defaults, allowed values and priorities."""

from collections.abc import Callable

from shared.dmn.hit_policies import Outputs
from shared.dmn.model import DecisionTable, OutputClause
from shared.dmn.place import Place
from shared.feel.scope import Code, Frame
from shared.feel.shortcuts import Test
from shared.feel.values import Value

EMPTY = ("", "-")
"""Cells that say nothing."""


def compile_outputs(table: DecisionTable, place: Place) -> Outputs:
    """The output columns of a table."""
    cells = output_cells(table, place)
    places = [place.within(f"output {number}", one.id) for number, one in enumerate(table.outputs, 1)]
    values = [_values_of(clause, place) for clause in table.outputs]
    needs_order = table.hit_policy in {"PRIORITY", "OUTPUT ORDER"}
    if needs_order and not any(values):
        place.broken("the hit policy needs output values in their order", "此命中策略需要按优先级列出输出值")
    return Outputs(
        tuple(clause.name for clause in table.outputs),
        tuple(
            where.expression(f"[{text}]") if needs_order and text else None
            for text, where in zip(values, places, strict=True)
        ),
        tuple(
            cell(clause.default, where) if clause.default else None
            for clause, cell, where in zip(table.outputs, cells, places, strict=True)
        ),
        place,
    )


def output_cells(table: DecisionTable, place: Place) -> list[Callable[[str, Place], Code]]:
    """For each column the function that compiles a cell of it: typed, and checked against its values."""
    return [_compiler(clause, place) for clause in table.outputs]


def _compiler(clause: OutputClause, place: Place) -> Callable[[str, Place], Code]:
    its_type = place.type_named(clause.type_ref)
    allowed = place.at(clause.id).tests(clause.values) if clause.values else None

    def compile_cell(text: str, where: Place) -> Code:
        if text in EMPTY:
            return lambda frame: None
        code = where.typed(where.expression(text), its_type)
        return code if allowed is None else _checked(code, allowed, where)

    return compile_cell


def _checked(code: Code, allowed: Test, place: Place) -> Code:
    refuse = place.failing("the output is not among the output values", "输出不在允许的输出值里")

    def check(frame: Frame) -> Value:
        value = code(frame)
        return value if value is None or allowed(frame, value) is True else refuse(frame)

    return check


def _values_of(clause: OutputClause, place: Place) -> str | None:
    return clause.values or place.types.allowed_values(clause.type_ref)

"""Decision tables to closures (DMN 1.5 §8): the inputs, and which rules match."""

from dataclasses import dataclass

from shared.dmn.expressions import compiles
from shared.dmn.hit_policies import Hit, settle
from shared.dmn.model import DecisionTable, InputClause
from shared.dmn.outputs import EMPTY, compile_outputs, output_cells
from shared.dmn.place import Place
from shared.dmn.session import InputRecord, OutputRecord, RuleRecord, session_of
from shared.feel.scope import Code, Frame
from shared.feel.shortcuts import Test
from shared.feel.values import Value


@dataclass(frozen=True)
class _Column:
    """An input column: its expression, and what its values must pass."""

    id: str | None
    name: str
    code: Code
    allowed: Test | None
    refuse: Code

    def value(self, frame: Frame) -> Value:
        """The input. Raises _Refused for a value that is not allowed; null always is."""
        value = self.code(frame)
        if self.allowed is not None and value is not None and self.allowed(frame, value) is not True:
            self.refuse(frame)
            raise _Refused
        return value


class _Refused(Exception):
    """An input is not allowed, so the table has no value."""


@dataclass(frozen=True)
class _Row:
    """A rule: its tests by column, without those that accept every value, and its output cells."""

    id: str | None
    number: int
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Code, ...]

    def matches(self, frame: Frame, inputs: list[Value]) -> bool:
        """Do all inputs pass?"""
        for column, test in self.tests:  # noqa: SIM110 - the time of a table goes into this loop
            if test(frame, inputs[column]) is not True:
                return False
        return True

    def hit(self, frame: Frame) -> Hit:
        """The rule with its outputs."""
        return Hit(self.number, tuple([code(frame) for code in self.outputs]))


@compiles(DecisionTable)
def _table(body: DecisionTable, place: Place) -> Code:
    columns = [_column(clause, place) for clause in body.inputs]
    rows = _rows(body, place)
    settled = settle(body, compile_outputs(body, place))
    only_first = body.hit_policy == "FIRST"
    ids = [(clause.id, clause.label) for clause in body.outputs]

    def evaluate(frame: Frame) -> Value:
        session = session_of(frame)
        try:
            inputs = [column.value(frame) for column in columns]
        except _Refused:
            return None
        session.note_inputs(
            [InputRecord(one.id, one.name, value) for one, value in zip(columns, inputs, strict=True)]
        )
        session.step(len(rows))
        matching = _matching(frame, rows, inputs, only_first)
        hits = [row.hit(frame) for row in matching]
        session.note_rules([_record(row, hit, ids) for row, hit in zip(matching, hits, strict=True)])
        return settled(frame, hits)

    return evaluate


def _matching(frame: Frame, rows: list[_Row], inputs: list[Value], only_first: bool) -> list[_Row]:
    if not only_first:
        return [row for row in rows if row.matches(frame, inputs)]
    first = next((row for row in rows if row.matches(frame, inputs)), None)
    return [] if first is None else [first]


def _record(row: _Row, hit: Hit, outputs: list[tuple[str | None, str]]) -> RuleRecord:
    values = zip(outputs, hit.values, strict=True)
    return RuleRecord(row.id, row.number, tuple(OutputRecord(*output, value) for output, value in values))


def _column(clause: InputClause, place: Place) -> _Column:
    inside = place.within(clause.label or "input", clause.id)
    code = (
        inside.expression(clause.text)
        if clause.text
        else inside.broken("an input is empty", "输入列没有表达式")
    )
    typed = inside.typed(code, inside.type_named(clause.type_ref))
    allowed = inside.tests(clause.values) if clause.values else None
    refuse = inside.failing("the input is not among the allowed values", "输入值不在允许的范围里")
    return _Column(clause.id, clause.label, typed, allowed, refuse)


def _rows(body: DecisionTable, place: Place) -> list[_Row]:
    cells = output_cells(body, place)
    rows = []
    for index, rule in enumerate(body.rules, start=1):
        inside = place.within(f"rule {index}", rule.id)
        tests = tuple(
            (column, inside.within(f"input {column + 1}").tests(text))
            for column, text in enumerate(rule.inputs)
            if text not in EMPTY
        )
        outputs = tuple(
            cell(text, inside.within(f"output {number}"))
            for number, (cell, text) in enumerate(zip(cells, rule.outputs, strict=True), start=1)
        )
        rows.append(_Row(rule.id, index, tests, outputs))
    return rows

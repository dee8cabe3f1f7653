"""The results of rules compared: are they the same, and which of them takes precedence?"""

from collections.abc import Sequence

from shared.dmn.analysis.cells import Opaque, read_cell, rendered
from shared.dmn.analysis.grid import Reader
from shared.dmn.model import DecisionTable, OutputClause, Rule
from shared.feel import FeelError, compile_expression
from shared.feel.builtins import BUILT_INS
from shared.feel.parser import parse_expression
from shared.feel.values import Value, kind


class Outputs:
    """The output columns of a table."""

    def __init__(self, table: DecisionTable, reader: Reader) -> None:
        self._clauses = table.outputs
        self._reader = reader
        self._compared: dict[tuple[str, str], bool | None] = {}
        self._ranks: dict[tuple[str, ...], tuple[int, ...] | None] = {}
        self._priorities = [self._values(clause) for clause in table.outputs]

    def same(self, first: Rule, second: Rule) -> bool | None:
        """Do both rules give the same result? None where only the evaluation can tell."""
        verdict: bool | None = True
        for left, right in zip(first.outputs, second.outputs, strict=False):
            alike = self._alike(left, right)
            if alike is False:
                return False
            verdict = None if alike is None else verdict
        return verdict

    def outranks(self, first: Rule, second: Rule) -> bool:
        """Does the first rule's result always stand before the second's? No where that is not known."""
        mine, its = self._rank(first), self._rank(second)
        return mine is not None and its is not None and mine < its

    def _alike(self, left: str, right: str) -> bool | None:
        if " ".join(left.split()) == " ".join(right.split()):
            return True
        if (left, right) not in self._compared:
            self._compared[left, right] = self._equal(left, right)
        return self._compared[left, right]

    def _equal(self, left: str, right: str) -> bool | None:
        try:
            values = {"left": self._fixed(left), "right": self._fixed(right)}
        except Opaque:
            return None
        return compile_expression("left = right").evaluate(values, self._reader.environment) is True

    def _rank(self, rule: Rule) -> tuple[int, ...] | None:
        if rule.outputs not in self._ranks:
            self._ranks[rule.outputs] = self._ranked(rule.outputs)
        return self._ranks[rule.outputs]

    def _ranked(self, outputs: Sequence[str]) -> tuple[int, ...] | None:
        """Places in the lists of output values, over the columns that have such a list."""
        places = []
        for text, priorities in zip(outputs, self._priorities, strict=False):
            if not priorities:
                continue
            try:
                value = self._fixed(text)
            except Opaque:
                return None
            if (kind(value), value) not in priorities:
                return None
            places.append(priorities.index((kind(value), value)))
        return tuple(places)

    def _values(self, clause: OutputClause) -> list[tuple[str, Value]]:
        """The allowed values of an output, by falling priority; none where they are not listed."""
        limits = self._reader.spaces.of_type(clause.type_ref).limits
        text = clause.values or next(iter(limits), None)
        if text is None:
            return []
        try:
            cell = read_cell(text, self._reader.types, self._reader.environment)
        except Opaque:
            return []
        return [(kind(value), value) for value in cell.values]

    def _fixed(self, text: str) -> Value:
        """The value of an output cell that depends on nothing. Raises Opaque."""
        if not text:
            return None
        try:
            tree = parse_expression(text, self._reader.types.keys() | BUILT_INS.keys())
            fixed = rendered(tree.children[0], self._reader.environment)  # type: ignore[arg-type]
            return compile_expression(fixed).evaluate({}, self._reader.environment)
        except FeelError:
            raise Opaque from None

"""A decision table as boxes: what each row surely accepts, and what it may accept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.dmn.analysis.axes import Axis, Segment, build_axis
from shared.dmn.analysis.boxes import Box, Budget
from shared.dmn.analysis.cells import Cell, Opaque, read_cell
from shared.dmn.analysis.domains import Space, Spaces
from shared.dmn.model import DecisionTable, InputClause, Rule
from shared.feel import Environment

EVALUATIONS = 500_000
"""Cells times segments that one table may cost."""


@dataclass(frozen=True)
class Column:
    """One or more input columns with the same `text`. `vague`: not all that limits it could be read."""

    label: str
    text: str
    axis: Axis
    space: Space
    vague: bool


@dataclass(frozen=True)
class Row:
    """A rule. None: accepts nothing. `unjudged` are the labels of the columns whose cells cannot be judged,
    `impossible` the columns that let nothing through."""

    number: int
    rule: Rule
    certain: Box | None
    possible: Box | None
    unjudged: tuple[str, ...]
    impossible: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table whose cells are read."""

    table: DecisionTable
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def space(self) -> Box:
        """All that may come in."""
        return tuple(column.axis.domain for column in self.columns)

    def example(self, box: Box) -> dict[str, str]:
        """An input in the box, as FEEL literals by label."""
        found = {c.label: c.axis.example(mask) for c, mask in zip(self.columns, box, strict=True)}
        return {label: text for label, text in found.items() if text is not None}

    def described(self, box: Box) -> str:
        """The box as cells, without the columns where everything is in it."""
        cells = {c.label: c.axis.described(mask) for c, mask in zip(self.columns, box, strict=True)}
        told = [f"“{label}”为 {text}" for label, text in cells.items() if text != "-"]
        return "，".join(told) or "任何输入"


@dataclass(frozen=True)
class Verdicts:
    """What the cells of one rule say of a column: the segments they may accept, and whether that is sure."""

    accepted: int
    sure: bool


@dataclass(frozen=True)
class Reader:
    """What is needed to read the cells of a table: names and their types, and the world for fixed values."""

    spaces: Spaces
    types: Mapping[str, str | None]
    environment: Environment

    def grid(self, table: DecisionTable) -> Grid:
        """The table in boxes. Raises TooLarge."""
        budget = Budget(EVALUATIONS)
        groups: dict[str, list[int]] = {}
        for index, clause in enumerate(table.inputs):
            groups.setdefault(normal(clause.text) or f"#{index}", []).append(index)
        columns: list[Column] = []
        verdicts: list[list[Verdicts]] = []
        for indices in groups.values():
            column, own = self._column(table, indices, [one.label for one in columns], budget)
            columns.append(column)
            verdicts.append(own)
        rows = [
            _row(number, rule, columns, [own[number - 1] for own in verdicts])
            for number, rule in enumerate(table.rules, 1)
        ]
        return Grid(table, tuple(columns), tuple(rows))

    def _column(
        self, table: DecisionTable, indices: Sequence[int], taken: Sequence[str], budget: Budget
    ) -> tuple[Column, list[Verdicts]]:
        """A column, and what each rule says of it."""
        clauses = [table.inputs[index] for index in indices]
        space = self._space(clauses)
        texts = [[_at(rule.inputs, index) for index in indices] for rule in table.rules]
        cells = {text: self._cell(text, space) for own in texts for text in own}
        limits = [self._cell(text, space) for text in space.limits]
        kept = [cell for cell in limits if cell is not None]
        try:
            axis = self._axis(space, [cell for cell in cells.values() if cell], kept)
        except Opaque:
            axis = Axis((Segment("unknown", None),), 1, self.environment)
            cells = {text: cell if cell and not cell.asks else None for text, cell in cells.items()}
        budget.spend(len(axis.segments) * len(cells))
        masks = {text: axis.accepted(cell) if cell else None for text, cell in cells.items()}
        label = _label(clauses[0], indices[0], taken)
        return Column(label, normal(clauses[0].text), axis, space, len(kept) < len(limits)), [
            _verdicts(axis, [masks[text] for text in own]) for own in texts
        ]

    def _space(self, clauses: Sequence[InputClause]) -> Space:
        spaces = [self.spaces.of_column(clause, self.types) for clause in clauses]
        kinds = next((space.kinds for space in spaces if space.kinds), frozenset[str]())
        limits = dict.fromkeys(text for space in spaces for text in space.limits)
        return Space(kinds, tuple(limits), any(space.structured for space in spaces))

    def _cell(self, text: str, space: Space) -> Cell | None:
        """The cell, or None when it cannot be judged."""
        try:
            cell = read_cell(text, self.types, self.environment)
        except Opaque:
            return None
        return None if space.structured and cell.asks else cell

    def _axis(self, space: Space, cells: Sequence[Cell], limits: Sequence[Cell]) -> Axis:
        from_cells = frozenset(kind for cell in (*cells, *limits) for kind in cell.kinds)
        return build_axis(space.kinds or from_cells or frozenset({"string"}), cells, limits, self.environment)


def normal(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


def _verdicts(axis: Axis, masks: Sequence[int | None]) -> Verdicts:
    accepted = axis.domain
    for mask in masks:
        accepted &= accepted if mask is None else mask
    return Verdicts(accepted, None not in masks)


def _row(number: int, rule: Rule, columns: Sequence[Column], verdicts: Sequence[Verdicts]) -> Row:
    box = tuple(one.accepted for one in verdicts)
    possible = box if all(box) else None
    told = list(zip(columns, verdicts, strict=True))
    unjudged = tuple(column.label for column, one in told if not one.sure)
    impossible = tuple(column.label for column, one in told if not one.accepted)
    return Row(number, rule, None if unjudged else possible, possible, unjudged, impossible)


def _label(clause: InputClause, index: int, taken: Sequence[str]) -> str:
    """A name for the column that no other column of the table has."""
    label = clause.label or clause.text or f"第 {index + 1} 列"
    return f"{label}（第 {index + 1} 列）" if label in taken else label


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else "-"

"""Gaps, overlaps and rows that are never reached, in one decision table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, islice
from typing import TypeAlias

from shared.dmn.analysis.boxes import Box, Budget, TooLarge, meet, remainder, widest
from shared.dmn.analysis.finding import Finding
from shared.dmn.analysis.grid import Grid, Reader, Row
from shared.dmn.analysis.outputs import Outputs
from shared.dmn.model import DecisionTable

STEPS = 300_000
"""Boxes compared for one table: about a second."""

SHOWN = 20
"""Findings of one kind per table; of more only the number is told."""

PAIRS = 1_000_000
"""Pairs of rules compared for one table."""

Told: TypeAlias = Callable[[], Finding]
"""A finding that is worded, with its example, only when it is shown."""

Related: TypeAlias = frozenset[frozenset[str]]

_MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})


class Coverage:
    """The judgement of one table. `place`: the id of the nearest element that has one; `related`: pairs
    of column texts that may limit one another, so that not every combination need be able to happen."""

    def __init__(self, table: DecisionTable, reader: Reader, place: str | None, related: Related) -> None:
        self.table = table
        self.reader = reader
        self.place = table.id or place
        self.related = related
        self.budget = Budget(STEPS)
        self.pairs = Budget(PAIRS)

    def findings(self) -> Iterator[Finding]:
        """All that is to be said, the worst not necessarily first."""
        try:
            grid = self.reader.grid(self.table)
        except TooLarge:
            yield self._too_large("gaps, overlaps and unreachable rules", "空缺、重叠和用不到的行")
            return
        yield from self._impossible(grid)
        if self.table.hit_policy not in _MANY:
            yield from self._unjudged(grid)
            yield from self._hits(grid)

    def _hits(self, grid: Grid) -> Iterator[Finding]:
        policy = self.table.hit_policy
        judgements = []
        if policy in {"UNIQUE", "ANY"}:
            judgements.append(self._overlaps(grid))
        if policy in {"FIRST", "PRIORITY"}:
            judgements.append(self._masked(grid))
        if not any(output.default for output in self.table.outputs):
            judgements.append(self._gaps(grid))
        try:
            for judgement in judgements:
                yield from _first_of(judgement)
        except TooLarge:
            yield self._too_large("overlaps, gaps or unreachable rules", "重叠、空缺或者用不到的行")

    def _impossible(self, grid: Grid) -> Iterator[Finding]:
        for row in grid.rows:
            if row.possible is None:
                columns = "、".join(f"“{label}”" for label in row.impossible)
                yield self._warning(
                    row,
                    f"rule {row.number} never matches: nothing passes {', '.join(row.impossible)}",
                    f"第 {row.number} 行永远不会命中：没有任何值能通过{columns}这一格"
                    "（条件自相矛盾，或者与这一列的类型、允许的值不符）",
                )

    def _unjudged(self, grid: Grid) -> Iterator[Finding]:
        for label in dict.fromkeys(label for row in grid.rows for label in row.unjudged):
            rows = [row.number for row in grid.rows if label in row.unjudged]
            yield Finding(
                "warning",
                self.place,
                rows[0] if len(rows) == 1 else None,
                f"column {label}, rules {_listed(rows)}: uses functions or variables and was not judged",
                f"“{label}”列第 {_listed(rows, '、')} 行用了函数或变量，无法提前判断空缺和重叠，请自行核对",
            )

    def _overlaps(self, grid: Grid) -> Iterator[Told]:
        outputs = Outputs(self.table, self.reader)
        certain = [(row, row.certain) for row in grid.rows if row.certain is not None]
        for (first, its_box), (second, other_box) in combinations(certain, 2):
            self.pairs.spend()
            common = meet(its_box, other_box)
            if common is None:
                continue
            same = None if self.table.hit_policy == "UNIQUE" else outputs.same(first.rule, second.rule)
            if same is not True:
                doubtful = same is None and self.table.hit_policy == "ANY"
                yield partial(self._overlap, grid, (first, second), common, doubtful)

    def _overlap(self, grid: Grid, rows: tuple[Row, Row], common: Box, doubtful: bool) -> Finding:
        first, second = rows
        doubtful = doubtful or self._vague(grid, common)
        what = grid.described(common)
        if self.table.hit_policy == "UNIQUE":
            why, why_zh = "UNIQUE allows one", "而命中策略 UNIQUE 只允许一行"
        else:
            why, why_zh = "with different outputs under ANY", "结果却不同（命中策略 ANY 要求相同）"
        possibly, possibly_zh = (" possibly", "可能") if doubtful else ("", "")
        return Finding(
            "warning" if doubtful else "error",
            second.rule.id or self.place,
            second.number,
            f"rules {first.number} and {second.number}{possibly} match together, {why}",
            f"第 {first.number} 行和第 {second.number} 行{possibly_zh}同时命中，{why_zh}：{what}",
            grid.example(common),
        )

    def _vague(self, grid: Grid, box: Box) -> bool:
        """May it be that the box cannot happen?"""
        limited = [c for c, mask in zip(grid.columns, box, strict=True) if mask != c.axis.domain]
        pairs = (frozenset({left.text, right.text}) for left, right in combinations(limited, 2))
        return any(column.vague for column in limited) or any(pair in self.related for pair in pairs)

    def _masked(self, grid: Grid) -> Iterator[Told]:
        """Rows that always lose to others."""
        outputs = Outputs(self.table, self.reader)
        for row in grid.rows:
            self.pairs.spend(len(grid.rows))
            winners = [other for other in grid.rows if self._wins(outputs, other, row)]
            box = row.possible
            if box is not None and not remainder(box, _boxes(winners), self.budget):
                yield partial(self._loser, grid, row, box, self._needed(box, winners))

    def _loser(self, grid: Grid, row: Row, box: Box, winners: Sequence[Row]) -> Finding:
        needed = _listed([one.number for one in winners], "、")
        return Finding(
            "warning",
            row.rule.id or self.place,
            row.number,
            f"rule {row.number} is never used: rules {needed} match all of it and come before it",
            f"第 {row.number} 行永远用不到：它的全部情况都先被第 {needed} 行命中",
            grid.example(box),
        )

    def _wins(self, outputs: Outputs, other: Row, row: Row) -> bool:
        if self.table.hit_policy == "FIRST":
            return other.number < row.number
        return outputs.outranks(other.rule, row.rule)

    def _needed(self, box: Box, winners: Sequence[Row]) -> list[Row]:
        """As few of the rows as still cover the box."""
        needed = [row for row in winners if row.certain is not None and meet(row.certain, box) is not None]
        for row in reversed(list(needed)):
            others = [other for other in needed if other is not row]
            if not remainder(box, _boxes(others), self.budget):
                needed = others
        return needed

    def _gaps(self, grid: Grid) -> Iterator[Told]:
        covers = [row.possible for row in grid.rows if row.possible is not None]
        if not all(grid.space):
            return
        pieces = remainder(grid.space, covers, self.budget)
        gaps = widest(pieces, grid.space, covers, self.budget)
        yield from (partial(self._gap, grid, box) for box in gaps)

    def _gap(self, grid: Grid, box: Box) -> Finding:
        return Finding(
            "warning",
            self.place,
            None,
            "no rule matches some inputs, and there is no default",
            f"有的情况没有任何一行命中，也没有默认结果：{grid.described(box)}",
            grid.example(box),
        )

    def _warning(self, row: Row, message: str, message_zh: str) -> Finding:
        return Finding("warning", row.rule.id or self.place, row.number, message, message_zh)

    def _too_large(self, what: str, what_zh: str) -> Finding:
        return Finding(
            "warning",
            self.place,
            None,
            f"the table is too large to be judged fully: {what} may be missing here",
            f"决策表太大，没有全部检查：{what_zh}可能没有列全，建议拆成几张表",
        )


def _first_of(judgement: Iterator[Told]) -> Iterator[Finding]:
    """The first findings; the last of them tells how many more there are."""
    for tell in islice(judgement, SHOWN):
        yield tell()
    last = next(judgement, None)
    if last is None:
        return
    finding, more = last(), sum(1 for _ in judgement)
    if more:
        message = f"{finding.message} (and {more} more such findings)"
        message_zh = f"{finding.message_zh}（同类问题另有 {more} 处）"
        finding = replace(finding, message=message, message_zh=message_zh)
    yield finding


def _boxes(rows: Sequence[Row]) -> list[Box]:
    return [row.certain for row in rows if row.certain is not None]


def _listed(numbers: Sequence[int], comma: str = ", ") -> str:
    return comma.join(map(str, numbers))

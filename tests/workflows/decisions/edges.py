"""Both sides of a row's boundaries: facts under which it fires, and small changes after which it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.workflows.decisions.deciding import Facts, clauses, fired, rules


@dataclass(frozen=True)
class Edge:
    """A row fires for `inside` and no longer when one of the changes of `outside` is made to it."""

    rule: str
    inside: Facts
    outside: tuple[Facts, ...]


def edge(rule: str, inside: Facts, *outside: Facts) -> Edge:
    assert outside, "a boundary has two sides"
    return Edge(rule, inside, outside)


def sides(name: str, edges: list[Edge]) -> list[Any]:
    """A test case per side of each edge, with the row's clauses as marks: rule, facts, whether it fires."""
    return [case for each in edges for case in _cases(each, clauses(rules(name)[each.rule]))]


def _cases(each: Edge, proven: list[str]) -> Iterator[Any]:
    marks = [pytest.mark.clause(*proven)]
    yield pytest.param(each.rule, each.inside, True, marks=marks, id=f"{each.rule}-in")
    for number, change in enumerate(each.outside, 1):
        facts = {**each.inside, **change}
        yield pytest.param(each.rule, facts, False, marks=marks, id=f"{each.rule}-out{number}")


def restrictions(name: str, rule: str) -> int:
    """How many columns the row tests: each needs a change that crosses it."""
    return sum(cell not in ("", "-") for cell in rules(name)[rule].inputs)


def untested(name: str, edges: list[Edge]) -> set[str]:
    """Rows with fewer changes than tested columns; a row that applies to everything needs none."""
    changes = {id_: sum(len(e.outside) for e in edges if e.rule == id_) for id_ in rules(name)}
    return {id_ for id_, count in changes.items() if count < restrictions(name, id_)}


def fires(name: str, rule: str, facts: Facts) -> bool:
    return rule in fired(name, facts)

"""One evaluation: its allowance of steps, what failed so far, and which rules of which tables fired."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.dmn.errors import Problem
from shared.feel import Environment
from shared.feel.scope import Frame, Run
from shared.feel.values import Value

_MOST_RECORDS = 1_000
"""Table inputs and fired rules kept per decision; a table in a loop fires often."""


class InputRecord(NamedTuple):
    """The value of an input column of a decision table."""

    id: str | None
    name: str
    value: Value


class OutputRecord(NamedTuple):
    """The value of an output cell of a rule that fired."""

    id: str | None
    name: str
    value: Value


class RuleRecord(NamedTuple):
    """A rule that fired; `index` counts from 1."""

    id: str | None
    index: int  # type: ignore[assignment]  # nobody looks for a value's place in a record
    outputs: tuple[OutputRecord, ...]


class DecisionRecord(NamedTuple):
    """A decision that was evaluated, with the inputs and fired rules of its tables."""

    id: str | None
    name: str
    value: Value
    inputs: tuple[InputRecord, ...]
    rules: tuple[RuleRecord, ...]


class Session(Run):
    """The run that all expressions of one evaluation share.

    `visible` are the given variables that the model does not declare: every expression sees them. Those that
    it declares are input data, which only reach what requires them.
    """

    def __init__(self, environment: Environment, visible: Mapping[str, object]) -> None:
        super().__init__(environment, visible)
        self.root = Frame(self, self.read, None)
        self.failures: list[Problem] = []
        self.decisions: list[DecisionRecord] = []
        self.inputs: list[InputRecord] = []
        self.rules: list[RuleRecord] = []
        self.under_way: tuple[str | None, str] = (None, "")

    def fail(self, problem: Problem) -> None:
        """Note that something has no value; the standard goes on with null."""
        self.warn(f"{problem.path}: {problem.message}")
        if not self.failures:
            self.failures.append(problem)

    def note_inputs(self, inputs: list[InputRecord]) -> None:
        """Keep what a table was asked."""
        if len(self.inputs) < _MOST_RECORDS:
            self.inputs += inputs

    def note_rules(self, rules: list[RuleRecord]) -> None:
        """Keep which rules of a table fired."""
        if len(self.rules) < _MOST_RECORDS:
            self.rules += rules


def session_of(frame: Frame) -> Session:
    """The session of a frame inside a decision."""
    session = frame.run
    assert isinstance(session, Session)
    return session

"""What an expression sees while it is evaluated: names, the environment, and its allowance of steps."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from shared.calendar import WorkCalendar
from shared.feel import limits
from shared.feel.errors import FeelError
from shared.feel.values import PLAIN, Value, from_python
from shared.policy import Policy

MISSING: Any = object()
"""Says that a name is not there; None is a value."""


@dataclass
class Environment:
    """What the world gives to expressions. `warnings` collects why something became null.

    `now` returns an aware datetime. With `missing="error"` an unknown variable or policy path raises
    FeelError; with `"null"` it is null with a warning. Warnings never hold values of variables.
    `timer` tells seconds that only grow; the processor time of this thread, unless another is given, so
    that a busy machine shortens nobody's allowance.
    """

    now: Callable[[], datetime]
    calendar: WorkCalendar | None = None
    policy: Policy | None = None
    missing: Literal["null", "error"] = "null"
    warnings: list[str] = field(default_factory=list)
    timer: Callable[[], float] = time.thread_time


class Run:
    """One evaluation: its environment, the variables given, and what it may still spend.

    `read` holds the variables that were read, as FEEL values: each is converted when it is first read.
    """

    __slots__ = ("_given", "_next_look", "_started", "calls", "environment", "muted", "read", "steps")

    def __init__(self, environment: Environment, given: Mapping[str, object]) -> None:
        self.environment = environment
        self.read: dict[str, Value] = {}
        self.steps = limits.STEPS
        self.calls = 0
        self.muted = 0
        self._given = given
        self._next_look = limits.STEPS - limits.STEPS_PER_LOOK
        self._started: float | None = None

    def variable(self, name: str) -> Value:
        """The FEEL value of a given variable that was not read before, or MISSING."""
        if name not in self._given:  # asked first: a mapping with defaults must not grow
            return MISSING
        value = self.read[name] = from_python(self._given[name])
        return value

    def entry(self, name: str, key: str) -> Value:
        """`name.key` without converting all of the variable; MISSING where that is not possible."""
        if name not in self._given or name in self.read:
            return MISSING
        whole = self._given[name]
        if type(whole) is not dict or key not in whole:
            return MISSING
        convert = PLAIN.get(type(whole[key]))
        return MISSING if convert is None else convert(whole[key])

    def step(self, count: int = 1) -> None:
        """Pay for work; raises FeelError when the steps or the time allowed are used up."""
        self.steps -= count
        if self.steps < self._next_look:
            self._look()

    def seconds_left(self) -> float:
        """How much longer the evaluation may take. Its time begins with the first look at the clock."""
        now = self.environment.timer()
        if self._started is None:
            self._started = now
        return self._started + limits.SECONDS - now

    def _look(self) -> None:
        if self.steps < 0:
            raise FeelError("the expression takes too many steps", f"表达式计算超过 {limits.STEPS} 步")
        if self.seconds_left() <= 0:
            raise FeelError("the expression takes too long", f"表达式计算超过 {limits.SECONDS} 秒")
        self._next_look = max(0, self.steps - limits.STEPS_PER_LOOK)

    def warn(self, reason: str) -> None:
        """Keep the reason for a null."""
        if not self.muted and len(self.environment.warnings) < limits.WARNINGS:
            self.environment.warnings.append(reason)

    def absent(self, what: str, what_zh: str) -> None:
        """A name that is not there: an error or a warning, as the environment says."""
        if self.environment.missing == "error" and not self.muted:
            raise FeelError(f"there is no {what}", f"没有{what_zh}")
        self.warn(f"there is no {what}")

    def quietly(self, code: "Code", frame: "Frame") -> Value:
        """The value of a part that may refer to what is not there."""
        self.muted += 1
        try:
            return code(frame)
        finally:
            self.muted -= 1

    def visit(self, value: Value) -> None:
        """Pay for a look at every part of a value; what stands in it twice is looked at twice."""
        if isinstance(value, list | dict):
            self.step(len(value))
            for item in value.values() if isinstance(value, dict) else value:
                self.visit(item)

    def check_list(self, length: int) -> None:
        """Raises FeelError for a list that is too long."""
        if length > limits.LIST:
            raise FeelError("a list is too long", f"列表超过 {limits.LIST} 项")

    def check_string(self, length: int) -> None:
        """Raises FeelError for a string that is too long."""
        if length > limits.STRING:
            raise FeelError("a text is too long", f"文字超过 {limits.STRING} 个字符")

    def new_string(self, length: int) -> None:
        """Pay for a string that is made. Raises FeelError for one that is too long."""
        self.step(length // limits.CHARACTERS_PER_STEP)
        self.check_string(length)


class Frame:
    """Names with values, inside an outer frame."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, run: Run, names: Mapping[str, Value], outer: "Frame | None") -> None:
        self.run = run
        self.names = names
        self.outer = outer

    def inside(self, names: Mapping[str, Value]) -> "Frame":
        """A frame whose names hide those of this one. `names` is only read."""
        return Frame(self.run, names, self)

    def find(self, name: str) -> Value:
        """The value of a name, or MISSING."""
        frame = self
        while True:
            if name in frame.names:
                return frame.names[name]
            if frame.outer is None:
                return frame.run.variable(name)
            frame = frame.outer


def begin(variables: Mapping[str, object], environment: Environment) -> Frame:
    """The outermost frame of one evaluation. All that is evaluated in it shares one allowance."""
    run = Run(environment, variables)
    return Frame(run, run.read, None)


Code: TypeAlias = Callable[[Frame], Value]
"""A compiled part of an expression."""


class Constant:
    """The Code of a literal: what is built on it may use the value right away."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, frame: Frame) -> Value:
        """The value, wherever it is asked for."""
        return self.value

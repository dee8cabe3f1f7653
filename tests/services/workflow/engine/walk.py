"""Walking a process in a test: like the host, with a save, a prune and fresh definitions after every step."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.workflow.engine import (
    Execution,
    ExpressionFailed,
    Program,
    Surroundings,
    Variables,
    Verdict,
    compile_definition,
    parse,
)
from services.workflow.engine.execution import STEPS
from services.workflow.engine.journal import (
    Activated,
    Cancelled,
    Completed,
    Disarmed,
    Entry,
    Incident,
    ProcessEnded,
)
from services.workflow.expressions import evaluator
from shared.calendar import WorkCalendar
from shared.policy import load_policy

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROOT = 1
CALENDAR = WorkCalendar.chinese()
POLICY = load_policy(Path(__file__).parents[4] / "workflows" / "policies", "jiangsu")


class Walk:
    """One instance. With `durable` only state bytes and stored variables survive a step.

    With a `cap` a step stops after so many elements and is gone on with.
    """

    def __init__(
        self, xml: bytes, *, durable: bool, process: str = "p", message: str | None = None,
        decisions: Mapping[str, str] | None = None, cap: int | None = None, **variables: Any,
    ):  # fmt: skip
        self._xml = xml
        self._cap = cap
        self._durable = durable
        self._process = process
        self._keys: Iterator[int] = itertools.count(1000)
        self.stored: dict[int, dict[str, Any]] = {}
        self.journal: list[Entry] = []
        self.decisions = dict(decisions or {})
        self.now = NOW
        self.ended = False
        program, library = self._programs()
        self._execution = Execution.start(ROOT, program, library, self._around(), variables, message)
        self._settle()

    @classmethod
    def resumed(cls, xml: bytes, state: bytes, stored: dict[int, dict[str, Any]], next_key: int) -> Walk:
        """An instance of process `p` as another Python process left it."""
        case = cls(xml, durable=False)
        case._keys, case.stored, case.journal = itertools.count(next_key), stored, []
        case._execution = Execution.load(state, *case._programs(), case._around())
        return case

    # What a test does -----------------------------------------------------------------------------------

    def complete(self, element: str, **values: Any) -> None:
        """Finish a user task or job (the oldest at this element)."""
        self._load().complete(self.key(element), values)
        self._settle()

    def fire(self, element: str, **values: Any) -> None:
        """A timer is due or a message has come."""
        self._load().fire(self.key(element), values)
        self._settle()

    def throw(self, element: str, code: str, **values: Any) -> bool:
        """A worker reports an error."""
        caught = self._load().throw_error(self.key(element), code, values)
        self._settle()
        return caught

    def resolve(self, element: str) -> None:
        """Try again at an incident."""
        self._load().resolve(self.key(element))
        self._settle()

    def set(self, **values: Any) -> None:
        """Change variables of the process from outside."""
        self._load()
        self._variables.set_local(ROOT, values)
        self._settle()

    def cancel(self) -> None:
        """End the instance."""
        self._load().cancel()
        self._settle()

    # What a test looks at -------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[str]:
        """Elements that wait, `!` in front of those with an incident."""
        return sorted(("!" if w.stuck else "") + w.node.id for w in self._load().waiting())

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process."""
        return self.stored.get(ROOT, {})

    def key(self, element: str) -> int:
        """The oldest waiting element instance."""
        return min(w.key for w in self._load().waiting() if w.node.id == element)

    def keys(self, element: str) -> list[int]:
        """All waiting element instances, oldest first."""
        return sorted(w.key for w in self._load().waiting() if w.node.id == element)

    def local(self, key: int) -> dict[str, Any]:
        """Variables of one scope."""
        return self.stored.get(key, {})

    def happened(self, kind: type[Any] | None = None) -> list[str]:
        """Names of what happened so far, as `+a` activated, `-a` completed, `xa` cancelled, `!a` incident."""
        return [_short(e) for e in self.journal if _short(e) and (kind is None or isinstance(e, kind))]

    def details(self, kind: type[Any]) -> list[Any]:
        """Journal entries of one kind."""
        return [e for e in self.journal if isinstance(e, kind)]

    @property
    def next_key(self) -> int:
        """The key that the next element instance gets; looking uses none up."""
        following = next(self._keys)
        self._keys = itertools.chain([following], self._keys)
        return following

    @property
    def state(self) -> bytes:
        """The stored tokens."""
        return self._load().dump()

    # ----------------------------------------------------------------------------------------------------

    def _programs(self) -> tuple[Program, dict[str, Program]]:
        programs = {d.process_id: compile_definition(d) for d in parse(self._xml)}
        return programs[self._process], programs

    def _around(self) -> Surroundings:
        self._variables = Variables(self._fetch)
        self._evaluate = evaluator(self.now, CALENDAR, POLICY)
        new_key = lambda: next(self._keys)  # noqa: E731
        return Surroundings(self.now, new_key, self._evaluate, self._decide, self._variables)

    def _decide(self, decision: str, variables: Mapping[str, Any]) -> Verdict | None:
        """Decisions here are single expressions, by id."""
        text = self.decisions.get(decision)
        if text is None:
            return None
        try:
            return Verdict(self._evaluate(text, variables, strict=True), None, decision)
        except ExpressionFailed as error:
            return Verdict(None, str(error), decision)

    def _fetch(self, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
        return {key: self.stored[key] for key in keys if key in self.stored}

    def _load(self) -> Execution:
        return self._execution

    def _settle(self) -> None:
        while self._go_on():
            assert self._cap is not None, "only a cap leaves work to do"

    def _go_on(self) -> bool:
        """Run, to the cap if there is one, and keep what came of it; whether there is more to do."""
        run = self._execution.run(self._cap or STEPS)
        self.journal += run.journal
        self.ended = run.ended
        for key, values in self._variables.changed.items():
            self.stored.setdefault(key, {}).update(values)
        for key in self._variables.dropped:
            self.stored.pop(key, None)
        self._variables.saved()
        if self._durable:
            program, library = self._programs()
            state = self._execution.dump()
            self._execution = Execution.load(state, program, library, self._around())
        return run.more


_SIGNS = {Activated: "+", Completed: "-", Cancelled: "x", Incident: "!", Disarmed: "o"}


def _short(entry: Entry) -> str:
    if isinstance(entry, ProcessEnded):
        return "cancelled" if entry.cancelled else "ended"
    sign = _SIGNS.get(type(entry))
    return sign + entry.node.id if sign else ""

"""What one run of a process instance works with: moment, keys, expressions, variables, queue and journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.faults import Blocked, ExpressionFailed
from services.workflow.engine.journal import Entry, Move
from services.workflow.engine.variables import Variables


class Evaluate(Protocol):
    """Evaluates a FEEL text to a JSON value; dates and durations come back as ISO 8601 text.

    With `strict` an unknown variable is an error, else it is null. Raises `ExpressionFailed` only.
    """

    def __call__(self, text: str, variables: Mapping[str, Any], *, strict: bool) -> Any: ...


@dataclass(frozen=True)
class Verdict:
    """What a decision came to: a JSON value, or why it failed. `report` is for the journal."""

    value: Any
    failure: str | None
    report: Any


class Decide(Protocol):
    """Makes the decision with this id from these variables; None when there is no such decision."""

    def __call__(self, decision: str, variables: Mapping[str, Any]) -> Verdict | None: ...


@dataclass
class Surroundings:
    """What the host lends to a run. `new_key` gives 63-bit keys, `now` is an aware moment."""

    now: datetime
    new_key: Callable[[], int]
    evaluate: Evaluate
    decide: Decide
    variables: Variables


class Asleep(NamedTuple):
    """The stored token of a waiting run of a multi-instance activity: a task is made of it when needed."""

    body: Task
    name: str
    state: int
    internal: dict[str, Any]


@dataclass
class Runtime:
    """The working memory of a loaded instance; nothing of it is stored but the tokens themselves."""

    around: Surroundings
    queue: deque[Task] = field(default_factory=deque)
    by_key: dict[int, Task] = field(default_factory=dict)
    asleep: dict[int, Asleep] = field(default_factory=dict)
    watchers: dict[int, list[Task]] = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)

    @property
    def variables(self) -> Variables:
        """The scopes of this instance."""
        return self.around.variables

    def find(self, key: int) -> Task | None:
        """The token with this element instance key, woken if it slept."""
        return self._wake(key) if key in self.asleep else self.by_key.get(key)

    def wake_all(self) -> None:
        """Make tasks of all tokens that sleep."""
        for body in {token.body.id: token.body for token in self.asleep.values()}.values():
            self.wake_runs(body)

    def wake_runs(self, body: Task) -> None:
        """Make tasks of all runs of a multi-instance activity, in their order."""
        sleeping = [key for key, token in self.asleep.items() if token.body is body]
        if sleeping:
            for key in sleeping:
                self._wake(key)
            body._children = [child.id for child in sorted(body.children, key=run_number)]

    def _wake(self, key: int) -> Task:
        token = self.asleep.pop(key)
        scope = token.body.workflow
        task = Task(scope, scope.spec.task_specs[token.name], token.body, state=token.state)
        task.internal_data, task.triggered = token.internal, True
        self.by_key[key] = task
        return task

    def enrol(self, task: Task) -> int:
        """Give a token its element instance key, unless it goes on under an earlier one, and its scope."""
        key: int = task.internal_data.get("key") or self.around.new_key()
        task.internal_data["key"] = key
        self.by_key[key] = task
        self.variables.open(key)
        return key

    def dismiss(self, task: Task) -> None:
        """The element instance of this token is over."""
        key = key_of(task)
        self.by_key.pop(key, None)
        self.variables.drop([key])

    def note(self, move: type[Move], task: Task, /, **details: Any) -> None:
        """Write a move into the journal."""
        spec = task.task_spec
        entry = move(node=spec.node, key=key_of(task), scope=chain(task)[1], body=spec.is_body, **details)
        self.journal.append(entry)

    def seen(self, task: Task, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
        """All variables visible from a token; `hidden` leaves names of its own scope out."""
        scopes = chain(task)
        if not hidden:
            return self.variables.view(scopes)
        mine = {k: v for k, v in self.variables.local(scopes[0]).items() if k not in hidden}
        return {**self.variables.view(scopes[1:]), **mine}

    def value(
        self, text: str, task: Task, kind: str, *, strict: bool = True, extra: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of a model text, seen from a token; raises `Blocked` with the cause."""
        if not text.startswith("="):
            return text
        return self.reckon(text, {**self.seen(task), **(extra or {})}, kind, strict=strict)

    def value_in(self, scopes: Sequence[int], text: str, kind: str) -> Any:
        """The value of a model text with what these scopes hold; raises `Blocked` with the cause."""
        if not text.startswith("="):
            return text
        return self.reckon(text, self.variables.view(scopes), kind, strict=True)

    def reckon(self, text: str, variables: Mapping[str, Any], kind: str, *, strict: bool) -> Any:
        """The value of a model text with these variables; raises `Blocked` with the cause."""
        if not text.startswith("="):
            return text
        try:
            return self.around.evaluate(text[1:], variables, strict=strict)
        except ExpressionFailed as error:
            raise Blocked(kind, f"表达式 {text} 算不出结果:{error}") from error

    def resume(self, task: Task) -> None:
        """Let a waiting token be run again."""
        task._set_state(TaskState.READY)
        self.queue.append(task)


def run_number(task: Task) -> int:
    """Which run of a multi-instance activity it is, from 0."""
    number: int = task.internal_data["index"]
    return number


def runtime_of(task: Task) -> Runtime:
    """The runtime of the instance that a token belongs to."""
    found: Runtime = task.workflow.top_workflow.runtime
    return found


def key_of(task: Task) -> int:
    """The element instance key of a token."""
    key: int = task.internal_data["key"]
    return key


def chain(task: Task) -> Sequence[int]:
    """Scope keys from a token's own outwards, up to the process (or called process) it runs in."""
    keys = [key_of(task)]
    while True:
        frame = task.parent
        if frame is not None and frame.task_spec.is_body:
            task = frame
        else:
            workflow = task.workflow
            if "scope" in workflow.data:
                return [*keys, workflow.data["scope"]]
            task = workflow.owner
        keys.append(key_of(task))

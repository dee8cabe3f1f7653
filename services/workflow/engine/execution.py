"""One process instance, loaded for one transaction: run it, give it what it waits for, store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.compiled import Program, ScopeSpec
from services.workflow.engine.definition import Node
from services.workflow.engine.elements.element import Element, finish
from services.workflow.engine.elements.ends import find_catcher
from services.workflow.engine.elements.mapping import apply_inputs
from services.workflow.engine.elements.wait import reckon
from services.workflow.engine.elements.waiting import Catch, JobTask, UserTask, due_of
from services.workflow.engine.events import Fault
from services.workflow.engine.faults import NotWaiting
from services.workflow.engine.journal import Entry, ProcessEnded
from services.workflow.engine.runtime import Evaluate, Runtime, Surroundings, chain, key_of
from services.workflow.engine.scope import TopScope
from services.workflow.engine.state import dump, restore

STEPS = 1000


@dataclass(frozen=True)
class Run:
    """What happened, in order, and whether the step cap left something to do."""

    journal: list[Entry]
    more: bool
    ended: bool


@dataclass(frozen=True)
class Waiting:
    """A token that only the host can move: a user task, job, event or incident (`stuck`)."""

    key: int
    node: Node
    owner: int | None
    stuck: bool


class Execution:
    """A loaded instance. Not shared between threads; thrown away after the transaction."""

    def __init__(self, top: TopScope) -> None:
        self._top = top
        self._runtime: Runtime = top.runtime

    @classmethod
    def start(
        cls, key: int, program: Program, library: Mapping[str, Program], around: Surroundings,
        variables: Mapping[str, Any], message: str | None = None, signal: str | None = None,
    ) -> Execution:  # fmt: skip
        """A new instance, about to run. `library` holds the pinned programs of all called processes.

        `key` is the process instance key and its variables' scope; with `message` or `signal` the
        start event of that name is taken.
        """
        start = program.definition.start(message, signal)
        if start is None:
            raise NotWaiting(f"{program.definition.process_id} has no such start event")
        top = TopScope(program.top, _scopes(program, library), Runtime(around))
        around.variables.open(key)
        around.variables.set_local(key, variables)
        top.data.update(scope=key, start=start.id)
        top.begin()
        return cls(top)

    @classmethod
    def load(
        cls, state: bytes, program: Program, library: Mapping[str, Program], around: Surroundings
    ) -> Execution:
        """The instance as `dump` stored it, its definitions perhaps compiled anew."""
        return cls(restore(state, program.top, _scopes(program, library), Runtime(around)))

    def dump(self) -> bytes:
        """The tokens as bytes."""
        return dump(self._top)

    def run(self, max_steps: int = STEPS) -> Run:
        """Move every token as far as it goes by itself, at most `max_steps` elements."""
        queue, steps = self._runtime.queue, 0
        while steps < max_steps and (queue or self._settle()):
            task = queue.popleft()
            if task.state == TaskState.READY and task.id in task.workflow.tasks:
                task.run()
                steps += 1
                if task.internal_data.pop("more", False):
                    self._runtime.resume(task)
        more = bool(queue) or self._settle()  # a join that goes on now is work too
        journal, self._runtime.journal = self._runtime.journal, []
        return Run(journal, more, self._top.completed)

    def complete(self, key: int, values: Mapping[str, Any]) -> None:
        """A user task or job is done."""
        task = self._waiting(key, (UserTask, JobTask))
        finish(task, values)

    def fire(self, key: int, values: Mapping[str, Any]) -> None:
        """A timer is due, or a message has come (with its variables)."""
        task = self._waiting(key, (Catch,))
        task.task_spec.fire(task, values)

    def throw_error(self, key: int, code: str, values: Mapping[str, Any]) -> bool:
        """A worker reports a BPMN error; False, and nothing done, when nothing in the model catches it."""
        task = self._waiting(key, (JobTask, UserTask))
        catcher = find_catcher(task, Fault(code))
        if catcher is None:
            return False
        catcher.take(values)
        return True

    def resolve(self, key: int) -> None:
        """Try again where the engine was stuck."""
        task = self._runtime.by_key.get(key)
        if task is None or not task.internal_data.pop("incident", False):
            raise NotWaiting(f"element instance {key} has no incident")
        self._runtime.resume(task)

    def renewed_inputs(self, key: int) -> dict[str, Any]:
        """An element's own variables, its input mappings evaluated again; raises `Blocked`."""
        task = self._find(key)
        apply_inputs(task)
        return dict(self._runtime.variables.local(key))

    def cancel(self) -> None:
        """Take every token away; the instance is over."""
        self._top.withdraw_all()
        self._top.completed = True
        self._runtime.queue.clear()
        self._runtime.journal.append(ProcessEnded(cancelled=True))

    @property
    def top(self) -> TopScope:
        """The tokens themselves, all of them awake, for other modules of the engine."""
        self._runtime.wake_all()
        return self._top

    def scopes_of(self, key: int) -> list[int]:
        """Scope keys from an element instance outwards."""
        return list(chain(self._find(key)))

    def bearing(self, name: str) -> list[int]:
        """Keys of the activities under way whose property of this name is `true`."""
        tokens = self._runtime.by_key.items()
        return [key for key, task in tokens if not _watches(task) and _says(task, name)]

    def around(self, key: int) -> set[int]:
        """An element instance's own key, that of the activity it guards, and those of all activities around
        it, beyond called processes too.
        """
        task: Task | None = self._find(key)
        owner = self._find(key).internal_data.get("owner")
        keys = set() if owner is None else {owner}
        while task is not None:
            keys.add(key_of(task))
            inside_body = task.parent is not None and task.parent.task_spec.is_body
            task = task.parent if inside_body else task.workflow.owner
        return keys

    def put_off(self, key: int, due: datetime) -> None:
        """A timer is due at another moment; a repeating one goes on from there."""
        self._find(key).internal_data["wait"]["due"] = due.isoformat()

    def due_again(self, key: int, moment: datetime, evaluate: Evaluate) -> datetime | None:
        """When a waiting timer or user task is due, reckoned anew as of `moment`; raises `Blocked`."""
        task, runtime = self._find(key), self._runtime
        lent = runtime.around
        runtime.around = replace(lent, now=moment, evaluate=evaluate)
        try:
            if isinstance(task.task_spec, UserTask):
                return due_of(task)
            owner = task.internal_data.get("owner")
            wait = reckon(task.task_spec.node, runtime, chain(task if owner is None else self._find(owner)))
            return datetime.fromisoformat(wait["due"])
        finally:
            runtime.around = lent

    def waiting(self) -> list[Waiting]:
        """Every token that only the host can move, in no particular order."""
        awake = [
            Waiting(key, task.task_spec.node, task.internal_data.get("owner"), _stuck(task))
            for key, task in self._runtime.by_key.items()
            if _stuck(task) or (isinstance(task.task_spec, (UserTask, JobTask, Catch)) and not _moving(task))
        ]
        sleeping = self._runtime.asleep.items()
        return awake + [Waiting(key, token.body.task_spec.node, None, False) for key, token in sleeping]

    def _settle(self) -> bool:
        """Nothing moves by itself any more: let inclusive joins go on, show joins that starve."""
        scopes = [scope for scope in self._top.scopes() if scope.data.get("joins")]
        return any(scope.merge() for scope in scopes) or any(scope.starve() for scope in scopes)

    def _find(self, key: int) -> Task:
        task = self._runtime.find(key)
        if task is None:
            raise NotWaiting(f"there is no element instance {key}")
        return task

    def _waiting(self, key: int, kinds: tuple[type[Element], ...]) -> Task:
        task = self._find(key)
        if not isinstance(task.task_spec, kinds) or _stuck(task) or _moving(task):
            raise NotWaiting(f"element instance {key} does not wait for this")
        return task


def _watches(task: Task) -> bool:
    return "owner" in task.internal_data


def _says(task: Task, name: str) -> bool:
    return bool(task.task_spec.node.setting(name) == "true")


def _stuck(task: Task) -> bool:
    return bool(task.internal_data.get("incident"))


def _moving(task: Task) -> bool:
    return bool(task.state == TaskState.READY)


def _scopes(program: Program, library: Mapping[str, Program]) -> dict[str, ScopeSpec]:
    merged: dict[str, ScopeSpec] = {}
    for called in library.values():
        merged.update(called.scopes)
    return {**merged, **program.scopes}

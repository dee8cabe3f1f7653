"""A running scope: the tokens of a process or sub-process, kept as a flat list under its root.

Only multi-instance runs hang under their body; a finished token is removed at once, so the state never
holds history. Joins count tokens per flow in the scope's stored data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.conditions import Conditions
from services.workflow.engine.elements.wait import Wait, announce, once_more, reckon
from services.workflow.engine.journal import ProcessEnded
from services.workflow.engine.merging import may_merge
from services.workflow.engine.runtime import Runtime, chain, key_of, runtime_of

if TYPE_CHECKING:
    from services.workflow.engine.compiled import ScopeSpec


class Scope:
    """What process and sub-process have in common."""

    spec: ScopeSpec
    tasks: dict[Any, Task]
    task_tree: Task
    data: dict[str, Any]
    completed: bool
    top_workflow: TopScope
    owner: Any  # the token of the activity around this scope; None at the top

    def begin(self) -> None:
        """Put the first token on the start event."""
        self.task_tree.run()

    def tokens(self) -> Iterator[Task]:
        """Everything alive here but the root."""
        return (task for task in list(self.tasks.values()) if task is not self.task_tree)

    def spawn(self, name: str, **internal: Any) -> Task:
        """A new token at an element."""
        spec = self.spec.task_specs[name]
        task = self.task_tree._add_child(spec, TaskState.FUTURE)
        task.triggered = True
        task.internal_data.update(internal)
        spec._update(task)
        return task

    def _task_completed_notify(self, task: Task) -> None:
        """Called by the library when a task is complete: its followers take its place."""
        if self.completed or task is self.task_tree:
            return
        for child in task.children:
            child.parent = self.task_tree
            self.task_tree._children.append(child.id)
        self.forget(task)
        if not self._occupied():
            self._end()

    def _occupied(self) -> bool:
        return bool(self.data.get("joins")) or any("owner" not in t.internal_data for t in self.tokens())

    def _end(self) -> None:
        raise NotImplementedError

    def forget(self, task: Task) -> None:
        """Drop a token that is done, or that another takes the place of."""
        self.tasks[task._parent]._children.remove(task.id)
        del self.tasks[task.id]

    # Taking tokens away ---------------------------------------------------------------------------------

    def withdraw(self, task: Task) -> None:
        """Take a token away with all that hangs on it, inside first."""
        if "key" in task.internal_data:
            self.disarm(key_of(task))
        if task.task_spec.is_body:
            self.top_workflow.runtime.wake_runs(task)
        inner = self.top_workflow.subprocesses.pop(task.id, None)
        if inner is not None:
            inner.abandon()
        for child in task.children:
            self.withdraw(child)
        task.cancel()
        self.forget(task)

    def withdraw_all(self) -> None:
        """Take every unfinished token of this scope away."""
        for task in self.tokens():
            if task.id in self.tasks and task.has_state(TaskState.NOT_FINISHED_MASK):
                self.withdraw(task)
        self.data.pop("joins", None)

    def abandon(self) -> None:
        """The activity around this scope is taken away."""
        self.completed = True
        self.withdraw_all()
        if "scope" in self.data:
            self.top_workflow.runtime.variables.drop([self.data["scope"]])

    # Boundary events and races --------------------------------------------------------------------------

    def arm(self, owner: Task, events: list[str]) -> None:
        """Begin to wait for events on behalf of a token; nothing is begun when one cannot be reckoned."""
        runtime, scopes = runtime_of(owner), chain(owner)
        specs = [self.spec.task_specs[name] for name in events]
        waits = [(spec, reckon(spec.node, runtime, scopes)) for spec in specs if spec.waits]
        for spec, wait in waits:
            self.watch(spec, wait, key_of(owner))

    def watch_again(self, fired: Task, owner: int | None) -> None:
        """An event that interrupts nothing is waited for once more, when its timer has another round."""
        wait = once_more(fired)
        if wait is not None:
            self.watch(fired.task_spec, wait, owner)

    def disarm(self, owner: int) -> None:
        """The token that these events were waited for is done."""
        for watcher in self.top_workflow.runtime.watchers.pop(owner, ()):
            self.withdraw(watcher)

    def watch(self, spec: Any, wait: Wait, owner: int | None) -> None:
        """A token that only waits, on behalf of the token `owner`, or of the whole scope (None)."""
        runtime = self.top_workflow.runtime
        watcher = self.task_tree._add_child(spec, TaskState.WAITING)
        watcher.triggered = True
        watcher.internal_data["owner"] = owner
        runtime.enrol(watcher)
        if owner is not None:
            runtime.watchers.setdefault(owner, []).append(watcher)
        announce(watcher, wait)

    # Joins ----------------------------------------------------------------------------------------------

    def gather(self, join: str, flow: str) -> None:
        """A token reached a gathering gateway; a parallel one goes on when each flow has brought one."""
        book = self.data.setdefault("joins", {}).setdefault(join, {})
        book[flow] = book.get(flow, 0) + 1
        node = self.spec.task_specs[join].node
        if node.kind == "parallelGateway" and len(book) == len(node.incoming):
            self._release(join)

    def merge(self) -> bool:
        """Let one inclusive gateway go on that need not wait for anyone; False when there is none."""
        joins = self.data.get("joins", {})
        places = [t.task_spec.node.id for t in self.tokens() if "owner" not in t.internal_data]
        for join, book in joins.items():
            node = self.spec.task_specs[join].node
            if node.kind != "inclusiveGateway":
                continue
            others = [*places, *(other for other in joins if other != join)]
            if may_merge(self.spec.definition, node, frozenset(book), others):
                self._release(join)
                return True
        return False

    def starve(self) -> bool:
        """Nothing moves, yet a join waits for more: make that visible as an incident."""
        joins = self.data.get("joins", {})
        if not joins or any("owner" not in t.internal_data for t in self.tokens()):
            return False
        self._release(next(iter(joins)), starved=True)
        return True

    def _release(self, join: str, **internal: Any) -> None:
        joins = self.data["joins"]
        left = {flow: count - 1 for flow, count in joins.pop(join).items() if count > 1}
        if left:
            joins[join] = left
        if not joins:
            del self.data["joins"]
        self.spawn(join, **internal)


class InnerScope(Scope, BpmnSubWorkflow):
    """The scope of a sub-process or called process."""

    def __init__(self, spec: ScopeSpec, owner: Task, top: TopScope, **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(spec, owner.id, top, **kwargs)

    @property
    def parent_workflow(self) -> Any:
        return self.owner.workflow

    def _end(self) -> None:
        self.completed = True
        self.withdraw_all()
        self.owner.task_spec.inner_done(self.owner)


class TopScope(Scope, BpmnWorkflow):
    """A process instance."""

    owner = None

    def __init__(self, spec: ScopeSpec, inner: dict[str, ScopeSpec], runtime: Runtime, **kwargs: Any) -> None:
        self.runtime = runtime
        super().__init__(spec, inner, script_engine=Conditions(), **kwargs)

    def create_subprocess(self, my_task: Task, spec_name: str) -> InnerScope:
        """A new scope inside an activity."""
        inner = InnerScope(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = inner
        return inner

    def scopes(self) -> list[Scope]:
        """This scope and all inside it."""
        return [self, *self.subprocesses.values()]

    def _end(self) -> None:
        self.completed = True
        self.withdraw_all()
        self.runtime.journal.append(ProcessEnded(cancelled=False))

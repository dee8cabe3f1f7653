"""Elements that hold other elements: sub-processes, called processes, and several runs of one activity."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.elements.element import Activity, finish
from services.workflow.engine.faults import Blocked
from services.workflow.engine.runtime import chain, key_of, runtime_of

_COLLECTION = "EXTRACT_VALUE_ERROR"
_AT_ONCE = 50
"""Runs that one step of the engine begins, so that the step cap counts them too."""


class SubProcess(Activity):
    """Waits until the scope inside has no token left."""

    inner: str

    def _begin(self, my_task: Task) -> bool:
        inner = my_task.workflow.top_workflow.create_subprocess(my_task, self.inner)
        if not my_task.internal_data.pop("into", False):  # else somebody puts a token inside by hand
            inner.begin()
        return False

    def inner_done(self, my_task: Task) -> None:
        """The last token inside is gone."""
        my_task.workflow.top_workflow.subprocesses.pop(my_task.id)
        finish(my_task, {})


class CallActivity(SubProcess):
    """Runs another process, whose variables are a world of their own."""

    def _begin(self, my_task: Task) -> bool:
        runtime, call, top = runtime_of(my_task), self.node.call, my_task.workflow.top_workflow
        assert call is not None
        if call.process_id not in top.subprocess_specs:
            raise Blocked("CALLED_ELEMENT_ERROR", f"被调用的流程 {call.process_id} 没有部署")
        own, everything = key_of(my_task), chain(my_task)
        given = runtime.variables.view(everything if call.all_in else [own])
        scope = runtime.around.new_key()
        runtime.variables.open(scope)
        runtime.variables.set_local(scope, given)
        called = top.create_subprocess(my_task, call.process_id)
        called.data["scope"] = scope
        called.begin()
        return False

    def inner_done(self, my_task: Task) -> None:
        runtime, call = runtime_of(my_task), self.node.call
        assert call is not None
        scope = my_task.workflow.top_workflow.subprocesses.pop(my_task.id).data["scope"]
        results = dict(runtime.variables.local(scope)) if call.all_out or self.node.outputs else {}
        runtime.variables.drop([scope])
        finish(my_task, results)


class Repeat(Activity):
    """The body around the runs of a multi-instance activity, in parallel or one after the other."""

    inner: str
    is_body = True

    def _enter(self, my_task: Task) -> bool:
        self._guard(my_task)
        state, items = my_task.internal_data, self._items(my_task)
        if "total" not in state:
            state.update(total=len(items), begun=0, done=0)
            self._prepare_results(my_task, len(items))
        if state["done"] == state["total"]:
            return True
        last = state["begun"] + 1 if self._loop.sequential else state["total"]
        if last > len(items):
            raise Blocked(_COLLECTION, "输入集合在执行中变短了")
        until = min(last, state["begun"] + _AT_ONCE)
        for index in range(state["begun"], until):
            self._run_one(my_task, index, items[index])
        if until < last:
            state["more"] = True  # after these have begun
        return False

    @property
    def _loop(self) -> Any:
        return self.node.loop

    def _items(self, my_task: Task) -> list[Any]:
        items = runtime_of(my_task).value(self._loop.items, my_task, _COLLECTION)
        if not isinstance(items, list):
            raise Blocked(_COLLECTION, f"多实例的输入集合不是列表:{self._loop.items}")
        return items

    def _prepare_results(self, my_task: Task, count: int) -> None:
        if self._loop.results:
            runtime_of(my_task).variables.set_local(key_of(my_task), {self._loop.results: [None] * count})

    def _run_one(self, my_task: Task, index: int, item: Any) -> None:
        my_task.internal_data["begun"] = index + 1
        spec = my_task.workflow.spec.task_specs[self.inner]
        child = my_task._add_child(spec, TaskState.FUTURE)
        child.triggered = True
        child.internal_data["index"] = index
        spec._update(child)
        local: dict[str, Any] = {"loopCounter": index + 1}
        if self._loop.item:
            local[self._loop.item] = item
        if self._result_name:
            local.setdefault(self._result_name, None)  # so that results of parallel runs do not meet outside
        runtime_of(my_task).variables.set_local(key_of(child), local)

    @property
    def _result_name(self) -> str | None:
        name = (self._loop.result or "").removeprefix("=").strip()
        return name if name.isidentifier() else None

    def collect(self, my_task: Task, child: Task) -> None:
        """A run is about to leave: keep its result, look whether the others are still needed."""
        runtime, state = runtime_of(my_task), my_task.internal_data
        if self._loop.results and self._loop.result:
            value = runtime.value(self._loop.result, child, _COLLECTION, strict=False)
            results = list(runtime.variables.local(key_of(my_task))[self._loop.results])
            results[child.internal_data["index"]] = value
            runtime.variables.set_local(key_of(my_task), {self._loop.results: results})
        if self._loop.until:
            counts = {
                "numberOfInstances": state["total"],
                "numberOfActiveInstances": state["begun"] - state["done"] - 1,
                "numberOfCompletedInstances": state["done"] + 1,
                "numberOfTerminatedInstances": 0,
            }
            state["stop"] = self._is_true(runtime.value(self._loop.until, child, _COLLECTION, extra=counts))

    def item_done(self, my_task: Task) -> None:
        """A run has left."""
        state = my_task.internal_data
        state["done"] += 1
        if state.get("stop"):
            runtime_of(my_task).wake_runs(my_task)
            for child in my_task.children:
                if child.has_state(TaskState.NOT_FINISHED_MASK):
                    my_task.workflow.withdraw(child)
        if state.get("stop") or state["done"] == state["total"]:
            state["leaving"] = True
            runtime_of(my_task).resume(my_task)
        elif self._loop.sequential:
            runtime_of(my_task).resume(my_task)

    def _leave(self, my_task: Task) -> None:
        if self._loop.results:
            runtime = runtime_of(my_task)
            results = runtime.variables.local(key_of(my_task))[self._loop.results]
            runtime.variables.propagate(chain(my_task)[1:], {self._loop.results: results})

    @staticmethod
    def _is_true(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Blocked(_COLLECTION, "多实例的完成条件没有得到真或假")
        return value

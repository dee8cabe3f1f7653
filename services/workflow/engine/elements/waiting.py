"""Elements that wait for somebody: a person, a worker, a moment, a message, the first of several events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Work
from services.workflow.engine.elements.element import Activity, Element, finish, hand_in
from services.workflow.engine.elements.wait import begin_wait
from services.workflow.engine.faults import Blocked
from services.workflow.engine.journal import Activated, Disarmed, JobOpened, TaskOpened
from services.workflow.engine.runtime import key_of, runtime_of
from services.workflow.engine.timing import TimerInvalid, first_due

_ASSIGNMENT = "EXTRACT_VALUE_ERROR"


class UserTask(Activity):
    """Waits for a person."""

    def _begin(self, my_task: Task) -> bool:
        assert self.node.work is not None
        runtime_of(my_task).note(
            TaskOpened, my_task, **self._limits(my_task), **_work(self.node.work, my_task)
        )
        return False

    def _limits(self, my_task: Task) -> dict[str, Any]:
        """At which organisation it is done, and by whom it must not be done."""
        setting = self.node.setting
        return {
            "organisation": _text(setting("organisation"), my_task),
            "separate_persons": _names(setting("separateFromPersons"), my_task, missing=True),
            "separate_firm": _text(setting("separateFromFirm"), my_task),
            "four_eyes": _holds(setting("separateFromWhen"), my_task),
        }


class JobTask(Activity):
    """Waits for a worker: service, send and business rule tasks, thrown messages."""

    def _begin(self, my_task: Task) -> bool:
        runtime, job = runtime_of(my_task), self.node.job
        assert job is not None
        retries = runtime.value(job.retries, my_task, _ASSIGNMENT)
        if not str(retries).isdigit():
            raise Blocked(_ASSIGNMENT, f"重试次数不是非负整数:{job.retries}")
        type_ = str(runtime.value(job.type, my_task, _ASSIGNMENT))
        own = dict(runtime.variables.local(key_of(my_task)))
        headers = dict(job.headers)
        runtime.note(JobOpened, my_task, type=type_, retries=int(retries), headers=headers, variables=own)
        return False


class ScriptTask(Activity):
    """Evaluates a FEEL script at once."""

    def _begin(self, my_task: Task) -> bool:
        script = self.node.script
        assert script is not None
        value = runtime_of(my_task).value(script.expression, my_task, _ASSIGNMENT, strict=False)
        hand_in(my_task, {script.result: value})
        return True


class Catch(Activity):
    """Waits for a moment or a message: in the flow, on the border of an activity, or in a race of events."""

    waits = True

    def _begin(self, my_task: Task) -> bool:
        begin_wait(my_task)
        return False

    def _on_cancel(self, my_task: Task) -> None:
        if "owner" not in my_task.internal_data:
            super()._on_cancel(my_task)
            return
        runtime = runtime_of(my_task)
        runtime.note(Disarmed, my_task)
        runtime.dismiss(my_task)

    def fire(self, my_task: Task, values: Mapping[str, Any]) -> None:
        """The moment has come, or the message."""
        if "owner" in my_task.internal_data:
            self._take_over(my_task)
            runtime_of(my_task).note(Activated, my_task)
        finish(my_task, values)

    def _take_over(self, my_task: Task) -> None:
        runtime = runtime_of(my_task)
        owner = runtime.by_key[my_task.internal_data.pop("owner")]
        runtime.watchers[key_of(owner)].remove(my_task)
        if isinstance(owner.task_spec, EventGateway):
            owner.complete()
        elif self.node.interrupting:
            my_task.workflow.withdraw(owner)
        else:
            my_task.workflow.watch_again(my_task, key_of(owner))


class EventGateway(Element):
    """Waits for the first of the events behind it."""

    def _enter(self, my_task: Task) -> bool:
        my_task.workflow.arm(my_task, [flow.target for flow in self.node.outgoing])
        return False

    def _follow(self, my_task: Task) -> None:
        return  # the event that came first goes on


def due_of(task: Task) -> datetime | None:
    """When a user task is to be done by."""
    work = task.task_spec.node.work
    return _moment(work.due, task) if work is not None else None


def _work(work: Work, task: Task) -> dict[str, Any]:
    return {
        "form_id": _text(work.form_id, task),
        "assignee": _text(work.assignee, task),
        "candidate_groups": _names(work.candidate_groups, task),
        "candidate_users": _names(work.candidate_users, task),
        "due": _moment(work.due, task),
        "follow_up": _moment(work.follow_up, task),
        "priority": _priority(work.priority, task),
    }


def _text(text: str | None, task: Task) -> str | None:
    value = runtime_of(task).value(text, task, _ASSIGNMENT) if text else None
    if value is not None and not isinstance(value, str):
        raise Blocked(_ASSIGNMENT, f"{text} 的结果不是文字")
    return value or None


def _names(text: str | None, task: Task, *, missing: bool = False) -> tuple[str, ...]:
    """The names a text comes to; with `missing` a null among them is left out."""
    value = runtime_of(task).value(text, task, _ASSIGNMENT) if text else None
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if missing and isinstance(value, list):
        value = [part for part in value if part is not None]
    if value is not None and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        raise Blocked(_ASSIGNMENT, f"{text} 的结果不是名称列表")
    return tuple(v for v in value or () if v)


def _holds(text: str | None, task: Task) -> bool:
    """Whether a condition holds; one that is not drawn always does."""
    value = runtime_of(task).value(text, task, _ASSIGNMENT) if text else True
    if not isinstance(value, bool):
        raise Blocked(_ASSIGNMENT, f"{text} 的结果不是真或假")
    return value


def _moment(text: str | None, task: Task) -> datetime | None:
    value = runtime_of(task).value(text, task, _ASSIGNMENT) if text else None
    if value is None:
        return None
    try:
        return first_due("date", value, runtime_of(task).around.now).at
    except TimerInvalid as error:
        raise Blocked(_ASSIGNMENT, f"{text} 的结果不是带时区的日期时间") from error


def _priority(text: str | None, task: Task) -> int:
    value = runtime_of(task).value(text, task, _ASSIGNMENT) if text else 50
    if not str(value).isdigit() or not 0 <= int(value) <= 100:
        raise Blocked(_ASSIGNMENT, f"优先级须是 0 到 100 的整数:{text}")
    return int(value)

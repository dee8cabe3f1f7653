"""Timers, messages and signals: what exactly is waited for, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Node
from services.workflow.engine.events import Message, Signal, Timer
from services.workflow.engine.faults import Blocked
from services.workflow.engine.journal import SignalAwaited, Subscribed, TimerArmed
from services.workflow.engine.runtime import Runtime, chain, key_of, runtime_of
from services.workflow.engine.timing import Due, TimerInvalid, first_due, next_due

Wait = dict[str, Any]
LONGEST_NAME = 255


def begin_wait(task: Task) -> None:
    """Reckon what an event waits for and say so."""
    announce(task, reckon(task.task_spec.node, runtime_of(task), chain(task)))


def reckon(node: Node, runtime: Runtime, scopes: Sequence[int]) -> Wait:
    """The wait of an event, its expressions evaluated with what these scopes hold; raises `Blocked`."""
    if isinstance(node.trigger, Timer):
        return _timer(node.trigger, runtime, scopes)
    if isinstance(node.trigger, Signal):
        return {"signal": signal_name(node.trigger, runtime, scopes)}
    assert isinstance(node.trigger, Message)
    return _message(node.trigger, runtime, scopes)


def once_more(task: Task) -> Wait | None:
    """The wait after this one, for an event that interrupts nothing: None when it was the last."""
    wait: Wait = task.internal_data["wait"]
    if "message" in wait or "signal" in wait:
        return dict(wait)
    following = next_due(Due(datetime.fromisoformat(wait["due"]), wait["again"], wait["every"]))
    return None if following is None else _stored(following, wait["source"], wait["due"])


def announce(task: Task, wait: Wait) -> None:
    """Keep the wait with its token and write it into the journal."""
    task.internal_data["wait"] = wait
    runtime = runtime_of(task)
    if "message" in wait:
        runtime.note(Subscribed, task, message=wait["message"], correlation_key=wait["correlation_key"])
        return
    if "signal" in wait:
        wait.setdefault("line", key_of(task))
        runtime.note(SignalAwaited, task, signal=wait["signal"], line=wait["line"])
        return
    started, due = (datetime.fromisoformat(wait[name]) for name in ("started", "due"))
    runtime.note(TimerArmed, task, source=wait["source"], due=due, started=started)


def signal_name(signal: Signal, runtime: Runtime, scopes: Sequence[int]) -> str:
    """The name that the model's text comes to; raises `Blocked`."""
    name = runtime.value_in(scopes, signal.name, "EXTRACT_VALUE_ERROR")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise Blocked("EXTRACT_VALUE_ERROR", f"信号 {signal.name} 的名称为空、过长或不是文字")
    return name


def _timer(timer: Timer, runtime: Runtime, scopes: Sequence[int]) -> Wait:
    value = runtime.value_in(scopes, timer.text, "EXTRACT_VALUE_ERROR")
    try:
        due = first_due(timer.kind, value, runtime.around.now)
    except TimerInvalid as error:
        raise Blocked("EXTRACT_VALUE_ERROR", f"定时器的时间无效:{error}") from error
    return _stored(due, timer.text, runtime.around.now.isoformat())


def _stored(due: Due, source: str, started: str) -> Wait:
    moments = {"due": due.at.isoformat(), "started": started}
    return {**moments, "again": due.again, "every": due.every, "source": source}


def _message(message: Message, runtime: Runtime, scopes: Sequence[int]) -> Wait:
    name = runtime.value_in(scopes, message.name, "EXTRACT_VALUE_ERROR")
    key = runtime.value_in(scopes, message.correlation_key or "", "EXTRACT_VALUE_ERROR")
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(name, str) or not name or not isinstance(key, str) or not key:
        raise Blocked("EXTRACT_VALUE_ERROR", f"消息 {message.name} 的关联键为空或不是文字")
    return {"message": name, "correlation_key": key}

"""Each entry of the engine's journal as rows, history and messages, in true order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services.workflow.decisions.records import in_history, keep_in_process
from services.workflow.engine import journal
from services.workflow.models import ElementInstance, SignalSubscription, Subscription, Timer
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.problems import OutcomeUnusable
from services.workflow.stepping import case_events
from services.workflow.stepping.human import open_task
from services.workflow.stepping.incident import raise_incident
from services.workflow.stepping.sending_out import send_out
from services.workflow.stepping.work import open_job
from shared.database import table_of

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

_ELEMENTS, _TIMERS = table_of(ElementInstance), table_of(Timer)
_SUBSCRIPTIONS, _SIGNALS = table_of(Subscription), table_of(SignalSubscription)


def apply(step: Step, entry: journal.Entry) -> None:
    """Write down one entry."""
    _WRITERS[type(entry)](step, entry)


def _activated(step: Step, move: journal.Activated) -> None:
    node = move.node
    row = {
        "key": move.key, "instance_key": step.instance.key, "scope_key": move.scope,
        "process_id": node.process, "element_id": node.id, "name": node.name[:255], "kind": node.kind,
        "body": move.body, "status": ACTIVE, "started_at": step.now, "ended_at": None,
    }  # fmt: skip
    step.bundle.add(_ELEMENTS, row)
    step.endings.fresh[move.key] = row
    step.past("element_activated", element=node.id, key=str(move.key))
    case_events.entered(step, move)


def _completed(step: Step, move: journal.Completed) -> None:
    step.endings.completed.add(move.key)
    step.endings.note(move.node, move.key)
    step.past("element_completed", element=move.node.id, key=str(move.key))
    case_events.left(step, move)


def _cancelled(step: Step, move: journal.Cancelled) -> None:
    step.endings.cancelled.add(move.key)
    step.endings.note(move.node, move.key)
    step.past("element_cancelled", element=move.node.id, key=str(move.key))
    case_events.left(step, move)


def _disarmed(step: Step, move: journal.Disarmed) -> None:
    step.endings.note(move.node, move.key)


def _stuck(step: Step, move: journal.Incident) -> None:
    if move.key == step.answers_for:  # answers may be personal: they are not kept in a stuck token
        raise OutcomeUnusable(element=move.node.id)
    raise_incident(step, move.node.process, move.node.id, move.kind, move.reason, element_key=move.key)


def _decided(step: Step, move: journal.Decided) -> None:
    key, drawn = step.new_key(), step.model_key(move.node.process)
    keep_in_process(step.session, key, move.report, step.now, step.instance, move.key, drawn)
    step.past("decision_made", element=move.node.id, key=str(move.key), **in_history(key, move.report))


def _timer(step: Step, move: journal.TimerArmed) -> None:
    row = {
        "key": move.key, "instance_key": step.instance.key, "process_id": move.node.process,
        "element_id": move.node.id, "source": move.source, "started_at": move.started, "due_at": move.due,
        "next_at": move.due, "paused_at": None, "attempts": 0,
        "calendar_version": step.work.calendar.version, "policy_version": step.work.policy.version,
    }  # fmt: skip
    step.bundle.add(_TIMERS, row)
    step.past("timer_started", element=move.node.id, key=str(move.key), due=move.due.isoformat())


def _subscribed(step: Step, move: journal.Subscribed) -> None:
    row = {
        "key": move.key, "instance_key": step.instance.key, "element_id": move.node.id,
        "message": move.message, "correlation_key": move.correlation_key,
    }  # fmt: skip
    step.bundle.add(_SUBSCRIPTIONS, row)
    step.opened.append((move.key, move.message, move.correlation_key))
    step.past("message_awaited", element=move.node.id, key=str(move.key), message=move.message)


def _signal_awaited(step: Step, move: journal.SignalAwaited) -> None:
    row = {
        "key": move.key, "line": move.line, "instance_key": step.instance.key,
        "process_id": move.node.process, "element_id": move.node.id, "signal": move.signal,
    }  # fmt: skip
    step.bundle.add(_SIGNALS, row)
    step.past("signal_awaited", element=move.node.id, key=str(move.key), signal=move.signal)


def _signal_thrown(step: Step, move: journal.SignalThrown) -> None:
    step.write()  # who began to wait earlier in this very step hears it
    key = step.new_key()
    send_out(step.session, key, move.signal, move.variables, step.now, sender=step.instance.key)
    step.past("signal_thrown", element=move.node.id, key=str(move.key), name=move.signal, signal=str(key))


def _ended(step: Step, entry: journal.ProcessEnded) -> None:
    instance = step.instance
    instance.status = TERMINATED if entry.cancelled else COMPLETED
    instance.ended_at, instance.start_key = step.now, None
    step.past("instance_ended", cancelled=entry.cancelled)


_WRITERS: dict[type[Any], Callable[[Step, Any], None]] = {
    journal.Activated: _activated,
    journal.Completed: _completed,
    journal.Cancelled: _cancelled,
    journal.Disarmed: _disarmed,
    journal.Incident: _stuck,
    journal.TaskOpened: open_task,
    journal.JobOpened: open_job,
    journal.Decided: _decided,
    journal.TimerArmed: _timer,
    journal.Subscribed: _subscribed,
    journal.SignalAwaited: _signal_awaited,
    journal.SignalThrown: _signal_thrown,
    journal.ProcessEnded: _ended,
}

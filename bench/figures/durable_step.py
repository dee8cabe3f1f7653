"""A durable step against what the library alone costs whoever keeps a process as its serialised self."""

import json
import re
import statistics
import time
from typing import Any

import sqlalchemy as sa
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from bench.house import House, house
from bench.measuring import Figure
from bench.models import FORM, REWORK_LONG
from services.workflow.models import Task
from services.workflow.models.tasks import CREATED

_STEPS = 1 + 2 * 10
"""The intake, then ten rounds of a draft and its check."""
_INSTANCES = 25


def _measure() -> float:
    with house(REWORK_LONG, FORM) as opened:
        return ratio(opened, _INSTANCES)


def ratio(opened: House, count: int) -> float:
    """The median of a durable step ÷ that of a plain one, taken in turns, each at the tenth round."""
    serializer, stored = BpmnWorkflowSerializer(), _plain_at_round()
    durable, plain = [], []
    for _ in range(count):
        durable.append(_durable(opened))
        plain.append(_plain(serializer, stored))
    return statistics.median(durable) / statistics.median(plain)


def _durable(opened: House) -> float:
    instance, taken = opened.start("rework-long", rounds=0), 0.0
    for _ in range(_STEPS):
        waiting = sa.select(Task.key).where(Task.instance_key == instance.key, Task.status == CREATED)
        with opened.runtime.reading() as session:
            key = session.scalars(waiting).one()
        began = time.perf_counter()
        opened.complete(key, again=True)
        taken = time.perf_counter() - began
    return taken


def _plain(serializer: BpmnWorkflowSerializer, stored: str) -> float:
    """Load, complete the task, run, save: into memory."""
    began = time.perf_counter()
    workflow: BpmnWorkflow = serializer.deserialize_json(stored)
    _complete(workflow)
    serializer.serialize_json(workflow)
    return time.perf_counter() - began


def _plain_at_round() -> str:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(_without_details(REWORK_LONG)))
    workflow = BpmnWorkflow(parser.get_spec("rework-long"), parser.get_subprocess_specs("rework-long"))
    workflow.do_engine_steps()
    for _ in range(_STEPS - 1):
        _complete(workflow)
    stored: str = BpmnWorkflowSerializer().serialize_json(workflow)
    assert json.loads(stored)
    return stored


def _complete(workflow: Any) -> None:
    task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
    task.data |= {"again": True, "rounds": task.data.get("rounds", 0)}
    task.run()
    workflow.refresh_timers()
    workflow.do_engine_steps()


def _without_details(model: bytes) -> bytes:
    """Conditions, scripts and periods are Python's then."""
    plain = re.sub(rb"<extensionElements>.*?</extensionElements>", b"", model)
    for ours, theirs in (
        (b"<conditionExpression>=", b"<conditionExpression>"),
        (b"</scriptTask>", b"<script>rounds = rounds + 1</script></scriptTask>"),
        (b">P5D<", b">'P5D'<"),
    ):
        plain = plain.replace(ours, theirs)
    return plain


FIGURE = Figure(
    "durable-step",
    "complete a human task at the tenth rework round (two human tasks, a script, a gateway) in a process of "
    "thirty elements (load, run, save, task, history, variables, commit with fsync) ÷ the same with "
    "SpiffWorkflow alone: deserialise, run, serialise with its own parser and serialiser, no database; "
    f"medians of {_INSTANCES} each, taken in turns",
    0.6,
    "",
    _measure,
)

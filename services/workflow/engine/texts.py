"""Every text of a model that is evaluated when the process runs."""

from __future__ import annotations

from collections.abc import Iterator

from services.workflow.engine.definition import Definition, Node
from services.workflow.engine.events import Message, Signal, Timer


def expressions(definition: Definition) -> Iterator[tuple[str, str]]:
    """Every FEEL text (element id, text without the leading `=`), for a check before deployment."""
    for node in definition.nodes.values():
        for text in _texts(node):
            if text is not None and text.startswith("="):
                yield node.id, text[1:]


def _texts(node: Node) -> Iterator[str | None]:
    yield from (flow.condition for flow in node.outgoing)
    yield from (mapping.source for mapping in (*node.inputs, *node.outputs))
    if isinstance(node.trigger, Timer):
        yield node.trigger.text
    if isinstance(node.trigger, Message):
        yield from (node.trigger.name, node.trigger.correlation_key)
    if isinstance(node.trigger, Signal):
        yield node.trigger.name
    yield from (value for _, value in node.properties)
    if node.work:
        work = node.work
        yield from (work.form_id, work.assignee, work.candidate_groups, work.candidate_users)
        yield from (work.due, work.follow_up, work.priority)
    if node.job:
        yield from (node.job.type, node.job.retries)
    if node.script:
        yield node.script.expression
    if node.decision:
        yield node.decision.id
    if node.loop:
        yield from (node.loop.items, node.loop.result, node.loop.until)

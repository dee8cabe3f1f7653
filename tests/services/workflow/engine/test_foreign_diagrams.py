"""Diagrams drawn for Camunda 8 by others: each runs to its end, or is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.workflow.engine import ModelRefused, parse
from tests.services.workflow.engine.walk import Walk

ROOT = Path(__file__).parents[4]
FOLDER = ROOT.parent / "shared" / "data" / "bpmn"
needs_diagrams = pytest.mark.skipif(not FOLDER.is_dir(), reason="the diagrams are not in ../shared/data/bpmn")
GIVEN: dict[str, Any] = {"conditionVariable": True, "none": "1", "orderId": "1", "correlationId": "1"}
"""What their conditions and correlation keys ask for."""
_MOST_STEPS = 10


def outcome(xml: bytes) -> str:
    """What was done, one after the other, until the process ended; or why it is refused."""
    try:
        [definition] = parse(xml)
    except ModelRefused as refused:
        return "refused: " + ", ".join(f"{error.element_id} {error.rule}" for error in refused.errors)
    message = next(iter(definition.start_messages()), None)
    case = Walk(xml, durable=True, process=definition.process_id, message=message, **GIVEN)
    done: list[str] = []
    while case.waiting and len(done) < _MOST_STEPS:
        element = min(case.waiting, key=lambda name: (name in done, name))
        if element.startswith("!"):
            return f"incident at {element}"
        waits = definition.nodes[element].kind in ("receiveTask", "intermediateCatchEvent", "boundaryEvent")
        (case.fire if waits else case.complete)(element)
        done.append(element)
    return " ".join([*done, "ended" if case.ended else "waits"])


OUTCOMES = {
    "BpmnParser": "ServiceTask_0bkpmqi ended",
    "Client-BrokenBpmn": "refused: ServiceTask_0g6tf5f task-type-missing",
    "Client-MessageStart": "Activity_1owa6ax ended",
    "Client-ThrowError-2": "Task_0bki2a1 ended",
    "Client-Update-Job-Timeout": "Activity_0rpbuc4 ended",
    "DeleteResource": "Activity_0ui3en7 ended",
    "MigrateProcess-Rest-Version-2": "Activity_1fbznct Activity_050vmrm Activity_0wjb7yn ended",
    "MigrateProcess-Version-2": "Activity_1fbznct Activity_050vmrm Activity_0wjb7yn ended",
    "OperateMultitenancy": "Activity_0ui3en7 ended",
    "SearchProcessInstances": "Activity_1plrxmu ended",
    "StreamJobs": "Activity_0xyl2dv ended",
    "Worker-Failure-Backoff": "ServiceTask_0cz2k8t ServiceTask_18goo5h ended",
    "Worker-Failure1": "ServiceTask_0cz2k8t ServiceTask_18goo5h ended",
    "Worker-Failure3": "ServiceTask_0g6tf5f IntermediateCatchEvent_1smhq9d ended",
    "Worker-RaiseIncident": "ServiceTask_0cz2k8t ServiceTask_18goo5h ended",
    "await-outcome": "IntermediateCatchEvent_1y9tvcp ended",
    "conditional-pathway-10c": "ServiceTask_0cz2k8t ServiceTask_18goo5h ended",
    "conditional-pathway": "ServiceTask_0cz2k8t ServiceTask_18goo5h ended",
    "disconnection": "Task_1ez1ouw ended",
    "hello-world-10c": "ServiceTask_0g6tf5f ended",
    "hello-world-complete-rest": "ServiceTask_0g6tf5f ended",
    "hello-world-complete": "ServiceTask_0g6tf5f ended",
    "hello-world-wi": "ServiceTask_0g6tf5f ended",
    "job-complete-error-test-wi": "Activity_11vo52k ended",
    "message-correlation-test": "Event_11031ys ended",
    "modify-process-instance-rest": "never-gets-completed-108 gets-completed-108 ended",
    "multi-tenant-worker-test": "Activity_1an5aay ended",
    "query-subscription-test": "Activity_1vonj9o ended",
    "rest-message-test": "Event_02hfae1 ended",
    "rest-search-element-instances-test": "Activity_0cmrqyx ended",
    "test-tasks-query": "Activity_1nouls1 ended",
    "zeebe-user-task": "Activity_1d6heog ended",
}


@needs_diagrams
@pytest.mark.parametrize("name", OUTCOMES)
def test_a_foreign_diagram_runs_or_is_refused_with_the_place(name: str) -> None:
    assert outcome((FOLDER / f"{name}.bpmn").read_bytes()) == OUTCOMES[name]


@needs_diagrams
def test_every_diagram_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.bpmn")} == set(OUTCOMES)

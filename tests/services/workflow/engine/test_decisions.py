"""Business rule tasks: made at once, the result goes where the model says, what fails can be mended."""

import pytest

from services.workflow.engine.journal import Decided, Incident, JobOpened
from tests.services.workflow.engine.drawing import end, ext, file, flows, job, node, process, start, user
from tests.services.workflow.engine.walk import Walk

CALLED = 'calledDecision decisionId="{}" resultVariable="r"'


def rule_task(decision="d", *mappings):
    """A business rule task called x with io mappings (`input`/`output`, source, target)."""
    rows = "".join(f'<zeebe:{way} source="{source}" target="{to}"/>' for way, source, to in mappings)
    inner = ext(CALLED.format(decision)).replace(
        "</extensionElements>", f"<zeebe:ioMapping>{rows}</zeebe:ioMapping></extensionElements>"
    )
    return node("businessRuleTask", "x", inner)


def walk(task, durable, decisions, **variables):
    xml = file(process(start(), task, user("after"), end(), flows("s x after e")))
    return Walk(xml, durable=durable, decisions=decisions, **variables)


@pytest.fixture(params=[False, True], ids=["in memory", "stored"])
def durable(request):
    return request.param


def test_the_result_becomes_a_variable_of_the_process(durable):
    found = walk(rule_task(), durable, {"d": "n * 2"}, n=3)
    assert (found.waiting, found.variables["r"]) == (["after"], 6)
    assert [move.report for move in found.details(Decided)] == ["d"]


def test_the_inputs_are_seen_and_the_outputs_say_what_leaves(durable):
    task = rule_task("d", ("input", "=n + 1", "m"), ("output", "=r.v", "out"))
    found = walk(task, durable, {"d": "{v: m * 10}"}, n=3)
    assert found.variables == {"n": 3, "out": 40}


def test_the_decision_may_be_an_expression(durable):
    found = walk(rule_task("=&quot;d&quot; + which"), durable, {"d1": "1", "d2": "2"}, which="2")
    assert found.variables["r"] == 2


@pytest.mark.parametrize(
    ("decision", "decisions", "kind"),
    [
        ("d", {}, "CALLED_DECISION_ERROR"),
        ("=missing", {}, "EXTRACT_VALUE_ERROR"),
        ("=1", {}, "EXTRACT_VALUE_ERROR"),
        ("d", {"d": "unknown + 1"}, "DECISION_EVALUATION_ERROR"),
    ],
)
def test_what_cannot_be_decided_is_an_incident(durable, decision, decisions, kind):
    found = walk(rule_task(decision), durable, decisions)
    assert found.waiting == ["!x"]
    assert [move.kind for move in found.details(Incident)] == [kind]
    assert "r" not in found.variables


def test_a_mended_decision_is_made_again(durable):
    found = walk(rule_task(), durable, {"d": "unknown + 1"})
    assert "unknown" in found.details(Incident)[0].reason
    found.set(unknown=1)
    found.resolve("x")
    assert (found.waiting, found.variables["r"]) == (["after"], 2)
    assert len(found.details(Decided)) == 2


def test_a_rule_task_with_a_type_stays_a_job(durable):
    task = job("x", type="rules").replace("serviceTask", "businessRuleTask")
    found = walk(task, durable, {})
    assert [move.type for move in found.details(JobOpened)] == ["rules"]
    assert found.waiting == ["x"]

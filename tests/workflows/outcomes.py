"""What each element of a diagram leaves behind: expressions evaluated, commands built, forms answered."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from shared.calendar import WorkCalendar
from shared.feel import Environment, compile_expression, to_json
from shared.messaging.contract import Command, load, message_class, schema_of
from shared.policy import load_policy
from tests.workflows.answers import CASE_ID, answers_to, submitted
from tests.workflows.decisions.deciding import compiled
from tests.workflows.diagram import WORKFLOWS, Node
from tests.workflows.messages import MESSAGES
from tests.workflows.places import Variables

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
CALENDAR = WorkCalendar.chinese()
POLICY = load_policy(WORKFLOWS / "policies", "jiangsu")


def environment() -> Environment:
    """Where an unknown variable is an error."""
    return Environment(now=lambda: NOW, calendar=CALENDAR, policy=POLICY, missing="error")


def evaluate(text: str, variables: Variables) -> Any:
    """The value of the expression; an unknown variable or a null by mistake is an error."""
    around = environment()
    value = compile_expression(text).evaluate(variables, around)
    assert around.warnings == [], (text, around.warnings)
    return value


def mapped(mappings: dict[str, str], variables: Variables) -> Variables:
    return {target: to_json(evaluate(source, variables)) for target, source in mappings.items()}


def outcomes(node: Node, variables: Variables) -> Iterator[Variables]:
    """Every set of variables that the element may leave behind."""
    if node.kind == "scriptTask":
        (script,) = node.zeebe("script")
        yield {script.get("resultVariable"): to_json(evaluate(script.get("expression"), variables))}
    elif node.kind == "businessRuleTask":
        yield mapped(node.outputs(), variables | decided(node, variables))
    elif node.kind in ("serviceTask", "sendTask"):
        yield from _mappings(node, variables, answers_to(_command_of(node, variables)))
    elif node.kind == "userTask":
        _check_assignment(node, variables)
        yield from _mappings(node, variables, submitted(node.id))
    elif node.message() and not (node.kind == "startEvent" and node.parent is None):
        yield from _mappings(node, variables, [MESSAGES[node.message() or ""]])
    else:
        check_timer(node, variables)
        yield {}


def check_timer(node: Node, variables: Variables) -> None:
    if node.timer():
        assert isinstance(evaluate(node.timer() or "", variables), datetime), node.id


def decided(node: Node, variables: Variables) -> Variables:
    """The called decision's result under its variable; it sees only what the process knows, and is found."""
    (called,) = node.zeebe("calledDecision")
    seen = variables | mapped(node.inputs(), variables)
    name = called.get("decisionId")
    evaluation = compiled(name).evaluate(name, seen, environment())
    assert evaluation.failed is None, evaluation.failed
    return {called.get("resultVariable"): to_json(evaluation.value)}


def _mappings(node: Node, variables: Variables, results: Iterable[Variables]) -> Iterator[Variables]:
    return (mapped(node.outputs(), variables | result) for result in results)


def _command_of(node: Node, variables: Variables) -> Command:
    """The command that the task sends; marshmallow refuses a field that is missing, wrong or unknown."""
    cls = message_class(node.task_type())
    assert cls is not None and issubclass(cls, Command), node.id  # noqa: PT018
    body: Variables = {"case_id": CASE_ID} | mapped(node.inputs(), variables)
    takes_submissions = "submissions" in schema_of(cls).fields
    assert takes_submissions or "submission" not in node.properties(), node.id
    return load(cls, body | ({"submissions": []} if takes_submissions else {}))


def _check_assignment(node: Node, variables: Variables) -> None:
    """Every expression of a user task gives what it must."""
    for schedule in node.zeebe("taskSchedule"):
        assert isinstance(evaluate(schedule.get("dueDate"), variables), datetime), node.id
    (assignment,) = node.zeebe("assignmentDefinition")
    texts = [text for text in assignment.attrib.values() if text.startswith("=")]
    texts += [text for text in node.properties().values() if text.startswith("=")]
    assert all(evaluate(text, variables) for text in texts), node.id

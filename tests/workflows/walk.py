"""Walks every path of a case through the diagrams, without an engine and without services.

Expressions are evaluated for real, commands are built by their contracts, and each task answers in
every way its contract allows (`tests/workflows/answers.py`). Scopes are stricter than Zeebe's: a
sub-process and a called process keep what they write to themselves unless an output mapping names it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from shared.calendar import WorkCalendar
from shared.contracts.case_states import may_follow
from shared.feel import Environment, compile_expression, to_json
from shared.messaging.contract import Command, load, message_class, schema_of
from shared.policy import load_policy
from tests.workflows.answers import CASE_ID, MESSAGES, START, answers_to, submitted
from tests.workflows.decisions.deciding import compiled
from tests.workflows.diagram import WORKFLOWS, Diagram, Node, diagram

Variables = dict[str, Any]
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
CALENDAR = WorkCalendar.chinese()
POLICY = load_policy(WORKFLOWS / "policies", "jiangsu")


def evaluate(text: str, variables: Variables) -> Any:
    """The value of the expression; an unknown variable or a null by mistake is an error."""
    environment = Environment(now=lambda: NOW, calendar=CALENDAR, policy=POLICY, missing="error")
    value = compile_expression(text).evaluate(variables, environment)
    assert environment.warnings == [], (text, environment.warnings)
    return value


@dataclass(frozen=True)
class Scope:
    """A process or sub-process that is open: what opened it, and its variables as JSON."""

    process: str
    opened_by: Node | None
    text: str

    @property
    def variables(self) -> Variables:
        return dict(json.loads(self.text))

    def holding(self, changes: Variables) -> "Scope":
        return replace(self, text=json.dumps(self.variables | changes, sort_keys=True))


@dataclass(frozen=True)
class Spot:
    """Where a token is; `aside` marks one that a non-interrupting boundary event made."""

    scopes: tuple[Scope, ...]
    node: Node
    state: str | None = None
    aside: bool = False

    @property
    def diagram(self) -> Diagram:
        return diagram(self.scopes[-1].process)

    @property
    def variables(self) -> Variables:
        return self.scopes[-1].variables

    def key(self) -> tuple[object, ...]:
        return self.scopes, self.node.id, self.state, self.aside

    def holding(self, changes: Variables) -> "Spot":
        return replace(self, scopes=(*self.scopes[:-1], self.scopes[-1].holding(changes)))

    def at(self, node: str) -> "Spot":
        return replace(self, node=self.diagram.nodes[node])


@dataclass
class Journey:
    """What the walk saw."""

    nodes: set[tuple[str, str]] = field(default_factory=set)
    flows: set[tuple[str, str]] = field(default_factory=set)
    endings: set[tuple[str, str | None]] = field(default_factory=set)
    aside_states: set[str] = field(default_factory=set)

    def walk(self) -> "Journey":
        """Every reachable spot, from the submission of the application on."""
        first = diagram("legal_aid_case")
        scope = Scope(first.id, None, json.dumps(START, sort_keys=True))
        waiting, seen = [Spot((scope,), first.start())], set()
        while waiting:
            spot = waiting.pop()
            if spot.key() not in seen:
                seen.add(spot.key())
                waiting.extend(self.step(spot))
            assert len(seen) < 20_000, "the paths of a case do not come to an end"
        return self

    def step(self, spot: Spot) -> Iterator[Spot]:
        self.nodes.add((spot.diagram.id, spot.node.id))
        spot = self.entered(spot)
        yield from interruptions(spot)
        yield from boundaries(spot)
        if spot.node.kind in ("callActivity", "subProcess"):
            yield opened(spot)
        elif spot.node.kind == "endEvent":
            yield from self.ended(spot)
        else:
            for changes in outcomes(spot):
                yield from self.left(spot.holding(changes))

    def entered(self, spot: Spot) -> Spot:
        following = spot.node.properties().get("caseState")
        if following is None:
            return spot
        if spot.aside:
            self.aside_states.add(following)
        assert may_follow(spot.state, following), f"{spot.state} -> {following} at {spot.node.id}"
        return replace(spot, state=following)

    def left(self, spot: Spot) -> Iterator[Spot]:
        """The spots behind the outgoing flows that are taken."""
        flows = spot.diagram.outgoing(spot.node.id)
        if spot.node.kind == "exclusiveGateway" and len(flows) > 1:
            default = spot.node.xml.get("default")
            holding = [f for f in flows if f.condition and evaluate(f.condition, spot.variables) is True]
            assert len(holding) <= 1, f"two ways out of {spot.node.id}"
            flows = holding or [f for f in flows if f.id == default]
            assert flows, f"no way out of {spot.node.id} with {spot.variables}"
        for flow in flows:
            self.flows.add((spot.diagram.id, flow.id))
            yield spot.at(flow.target)

    def ended(self, spot: Spot) -> Iterator[Spot]:
        """The spot behind the call or sub-process that ends here; none at the end of the case."""
        opened_by = spot.scopes[-1].opened_by
        if spot.aside:
            return
        if opened_by is None:
            self.endings.add((spot.node.id, spot.state))
            return
        changes = mapped(opened_by.outputs(), spot.variables)
        outer = replace(spot, scopes=spot.scopes[:-1], node=opened_by)
        yield from self.left(outer.holding(changes))


def opened(spot: Spot) -> Spot:
    """The start of the called process or sub-process, which reads what was visible outside."""
    if spot.node.kind == "subProcess":
        inner, start = spot.diagram.id, spot.diagram.start(spot.node.id)
    else:
        inner = spot.node.zeebe("calledElement")[0].get("processId")
        start = diagram(inner).start()
    scope = Scope(inner, spot.node, spot.scopes[-1].text)
    return replace(spot, scopes=(*spot.scopes, scope), node=start)


def boundaries(spot: Spot) -> Iterator[Spot]:
    """What the boundary events of this activity start; those of an open sub-process: `interruptions`."""
    for event in spot.diagram.boundaries(spot.node.id):
        if event.timer():
            assert isinstance(evaluate(event.timer() or "", spot.variables), datetime), event.id
        cancels = event.xml.get("cancelActivity") != "false"
        if not (cancels and spot.node.kind == "subProcess"):
            yield replace(spot, node=event, aside=spot.aside or not cancels)


def interruptions(spot: Spot) -> Iterator[Spot]:
    """An open sub-process can be cancelled at every moment, with what had been decided inside lost."""
    for depth, scope in enumerate(spot.scopes):
        if scope.opened_by is not None and scope.opened_by.kind == "subProcess" and not spot.aside:
            outer = spot.scopes[:depth]
            for event in diagram(scope.process).boundaries(scope.opened_by.id):
                if event.xml.get("cancelActivity") != "false":
                    yield replace(spot, scopes=outer, node=event)


def outcomes(spot: Spot) -> Iterator[Variables]:
    """Every set of variables that the element may leave behind."""
    node, variables = spot.node, spot.variables
    if node.kind == "scriptTask":
        (script,) = node.zeebe("script")
        yield {script.get("resultVariable"): to_json(evaluate(script.get("expression"), variables))}
    elif node.kind == "businessRuleTask":
        yield mapped(node.outputs(), variables | decided(node, variables))
    elif node.kind in ("serviceTask", "sendTask"):
        yield from mappings(node, variables, answers_to(command_of(node, variables)))
    elif node.kind == "userTask":
        check_assignment(node, variables)
        yield from mappings(node, variables, submitted(node.id))
    elif node.message() and node.kind != "startEvent":
        yield from mappings(node, variables, [MESSAGES[node.message() or ""]])
    else:
        if node.timer():
            assert isinstance(evaluate(node.timer() or "", variables), datetime), node.id
        yield {}


def decided(node: Node, variables: Variables) -> Variables:
    """The called decision's result under its variable; it sees only what the process knows, and is found."""
    (called,) = node.zeebe("calledDecision")
    seen = variables | mapped(node.inputs(), variables)
    environment = Environment(now=lambda: NOW, calendar=CALENDAR, policy=POLICY, missing="error")
    name = called.get("decisionId")
    evaluation = compiled(name).evaluate(name, seen, environment)
    assert evaluation.failed is None, evaluation.failed
    return {called.get("resultVariable"): to_json(evaluation.value)}


def mappings(node: Node, variables: Variables, results: Iterable[Variables]) -> Iterator[Variables]:
    return (mapped(node.outputs(), variables | result) for result in results)


def mapped(outputs: dict[str, str], variables: Variables) -> Variables:
    return {target: to_json(evaluate(source, variables)) for target, source in outputs.items()}


def command_of(node: Node, variables: Variables) -> Command:
    """The command that the task sends; marshmallow refuses a field that is missing, wrong or unknown."""
    cls = message_class(node.task_type())
    assert cls is not None and issubclass(cls, Command), node.id  # noqa: PT018
    body: Variables = {"case_id": CASE_ID} | mapped(node.inputs(), variables)
    takes_submissions = "submissions" in schema_of(cls).fields
    assert takes_submissions or "submission" not in node.properties(), node.id
    return load(cls, body | ({"submissions": []} if takes_submissions else {}))


def check_assignment(node: Node, variables: Variables) -> None:
    """Every expression of a user task gives what it must."""
    for schedule in node.zeebe("taskSchedule"):
        assert isinstance(evaluate(schedule.get("dueDate"), variables), datetime), node.id
    (assignment,) = node.zeebe("assignmentDefinition")
    texts = [text for text in assignment.attrib.values() if text.startswith("=")]
    texts += [text for text in node.properties().values() if text.startswith("=")]
    assert all(evaluate(text, variables) for text in texts), node.id

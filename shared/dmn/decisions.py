"""The door to DMN: a model compiled once, its decisions and services evaluated many times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from shared.dmn.compiling import Compiler
from shared.dmn.errors import DmnError, Problem
from shared.dmn.graph import Key, Unit, link
from shared.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, Model
from shared.dmn.nodes import KnowledgeNode, Node, Round, ServiceNode
from shared.dmn.session import DecisionRecord, Session
from shared.feel import Environment
from shared.feel.expression import feel_error
from shared.feel.values import Value, from_python

_Invocable: TypeAlias = DecisionService | BusinessKnowledgeModel
_Element = TypeVar("_Element", Decision, _Invocable)


@dataclass(frozen=True)
class Evaluation:
    """The value of a decision; `decisions` are all that were evaluated for it, in that order.

    `failed` is the first thing that could not be evaluated. After most failures the value is what the
    standard makes of it, null or a value with nulls in it; callers who want certainty look at `failed`.
    """

    value: Value
    decisions: tuple[DecisionRecord, ...]
    failed: Problem | None


@dataclass(frozen=True)
class Decisions:
    """A compiled model, with what it imports without a name in it.

    `problems` are its errors; each is a failure when evaluation gets there.
    """

    model: Model
    problems: tuple[Problem, ...]
    _unit: Unit
    _nodes: Mapping[Key, Node]
    _declared: frozenset[str]

    def evaluate(
        self, decision: str, variables: Mapping[str, object], environment: Environment
    ) -> Evaluation:
        """The value of a decision, by its id or name; only what it requires is evaluated, each once.

        `variables` hold the input data by name (those of an imported model under its alias, or as
        `namespace#name`); others are visible to every expression. They are never changed. Reasons for nulls
        are in `environment.warnings`. Raises DmnError when there is no such decision, and nothing else.
        """
        element = _named(self.model.decisions, decision)
        key = self._unit.key(element)
        return self._evaluated(element.name, variables, environment, lambda turn: turn.value_of(key))

    def evaluate_service(
        self, name: str, variables: Mapping[str, object], environment: Environment
    ) -> Evaluation:
        """The result of a decision service or a business knowledge model, by its id or name.

        A service has the value of its output decision, or a context when it has several. The inputs or
        parameters are in `variables`. Raises DmnError like `evaluate`.
        """
        invocable: tuple[_Invocable, ...] = (*self.model.services, *self.model.knowledge_models)
        element = _named(invocable, name)
        node = self._nodes[self._unit.key(element)]
        assert isinstance(node, ServiceNode | KnowledgeNode)
        return self._evaluated(element.name, variables, environment, node.directly)

    def _evaluated(
        self,
        name: str,
        variables: Mapping[str, object],
        environment: Environment,
        value_in: Callable[[Round], Value],
    ) -> Evaluation:
        declared = self._declared
        visible = {key: value for key, value in variables.items() if key not in declared}
        session = Session(environment, visible)
        session.under_way = (None, name)
        value, stopped = _guarded(session, lambda: value_in(Round(self._nodes, session, variables)))
        failed = session.failures[0] if session.failures else stopped
        return Evaluation(value, tuple(session.decisions), failed)


def compile_model(model: Model, imported: Mapping[str, Model] | None = None) -> Decisions:
    """The model, compiled; `imported` are the models it imports (and theirs) by namespace.

    Never raises for a faulty model: what is wrong is in `Decisions.problems`.
    """
    problems: list[Problem] = []
    unit = link(model, imported or {}, problems)
    compiler = Compiler(unit, problems)
    compiler.compile_all()
    return Decisions(unit.model, tuple(dict.fromkeys(problems)), unit, compiler.nodes, unit.declared())


def _named(elements: tuple[_Element, ...], name: str) -> _Element:
    for element in elements:
        if name in {element.id, element.name}:
            return element
    raise DmnError([Problem(None, "model", "there is no decision of this name", "模型里没有这个决策")])


def _guarded(session: Session, evaluate: Callable[[], Value]) -> tuple[Value, Problem | None]:
    try:
        return from_python(evaluate()), None
    except Exception as error:
        # Callers are promised an Evaluation, whatever a process owner has drawn.
        reason = feel_error(error)
        return None, Problem(*session.under_way, reason.message, reason.message_zh)

"""The compiled elements of a requirement graph, and how each gets its value."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.dmn.errors import Problem
from shared.dmn.functions import ModelFunction
from shared.dmn.graph import Key, Need
from shared.dmn.item_types import ItemType, Mismatch
from shared.dmn.place import Place
from shared.dmn.session import DecisionRecord, Session
from shared.feel.scope import MISSING, Code, Frame
from shared.feel.values import Value, from_python


class Node(ABC):
    """An element that has a value in a round."""

    @abstractmethod
    def value(self, turn: "Round") -> Value:
        """The value, computed; `Round.value_of` keeps it."""


@dataclass
class Round:
    """The values of elements in one evaluation, or in one call of a decision service within it."""

    nodes: Mapping[Key, Node]
    session: Session
    variables: Mapping[str, object]
    values: dict[Key, Value] = field(default_factory=dict)

    def value_of(self, key: Key) -> Value:
        """The value of an element; each is computed once."""
        if key not in self.values:
            self.values[key] = self.nodes[key].value(self)
        return self.values[key]

    def frame(self, needs: tuple[Need, ...]) -> tuple[Frame, dict[str, Value]]:
        """A frame with what an element requires, and its names."""
        names: dict[str, Value] = {}
        for need in needs:
            holder = names.setdefault(need.alias, {}) if need.alias else names
            holder[need.name] = self.value_of(need.key)
        return self.session.root.inside(names), names

    def inside(self, values: dict[Key, Value]) -> "Round":
        """A round of a decision service: nothing but its own inputs is there."""
        return Round(self.nodes, self.session, {}, values)


@dataclass(frozen=True)
class InputNode(Node):
    """Input data; `names` are those under which its value may be given, as paths."""

    names: tuple[tuple[str, ...], ...]
    wanted: ItemType
    place: Place

    def value(self, turn: Round) -> Value:
        """The given value, converted to the input's type."""
        for path in self.names:
            value = _at(turn.variables, path)
            if value is not MISSING:
                return fitted(turn.session, self.wanted, from_python(value), self.place)
        name = self.names[-1][-1]
        turn.session.absent(f"input {name}", f"输入“{name}”")
        return None


@dataclass(frozen=True)
class DecisionNode(Node):
    """A decision."""

    id: str | None
    name: str
    needs: tuple[Need, ...]
    code: Code

    def value(self, turn: Round) -> Value:
        """The value, recorded with the inputs and rules of the decision's tables."""
        frame, _ = turn.frame(self.needs)
        session = turn.session
        outer = session.under_way, session.inputs, session.rules
        session.under_way, session.inputs, session.rules = (self.id, self.name), [], []
        value = self.code(frame)
        record = DecisionRecord(self.id, self.name, value, tuple(session.inputs), tuple(session.rules))
        session.decisions.append(record)
        session.under_way, session.inputs, session.rules = outer
        return value


@dataclass(frozen=True)
class KnowledgeNode(Node):
    """A business knowledge model; `code` makes its function."""

    name: str
    needs: tuple[Need, ...]
    code: Code

    def value(self, turn: Round) -> Value:
        """The function, which also knows itself."""
        frame, names = turn.frame(self.needs)
        names[self.name] = self.code(frame)
        return names[self.name]

    def directly(self, turn: Round) -> Value:
        """The result for the variables of the round that are parameters."""
        function = self.value(turn)
        if not isinstance(function, ModelFunction):
            return None
        arguments = {name: from_python(turn.variables.get(name)) for name, _ in function.parameters}
        return function.invoke_named(turn.session, arguments)


@dataclass(frozen=True)
class ServiceNode(Node):
    """A decision service; the parameters are its input data, then its input decisions (§10.4)."""

    name: str
    parameters: tuple[tuple[Need, ItemType], ...]
    outputs: tuple[Need, ...]
    result: ItemType
    place: Place
    faults: tuple[Problem, ...]

    def value(self, turn: Round) -> Value:
        """The service as a function."""

        def body(arguments: Mapping[str, Value]) -> Value:
            given = {need.key: arguments[need.name] for need, _ in self.parameters}
            return self.outcome(turn.inside(given))

        parameters = tuple((need.name, wanted) for need, wanted in self.parameters)
        return ModelFunction(self.name, parameters, self.result, body, turn.session, self.refusal())

    def directly(self, turn: Round) -> Value:
        """The result for the variables of the round, as if they were the arguments."""
        for need, wanted in self.parameters:
            value = turn.variables.get(need.name, MISSING)
            if value is MISSING:
                turn.session.absent(f"input {need.name}", f"输入“{need.name}”")
                value = None
            turn.values[need.key] = fitted(turn.session, wanted, from_python(value), self.place)
        return fitted(turn.session, self.result, self.outcome(turn), self.place)

    def outcome(self, turn: Round) -> Value:
        """The value of the only output decision, or a context of all."""
        for fault in self.faults:
            turn.session.fail(fault)
        if len(self.outputs) == 1:
            return turn.value_of(self.outputs[0].key)
        return {need.name: turn.value_of(need.key) for need in self.outputs}

    def refusal(self) -> Problem:
        """What is wrong with a result of another type."""
        return self.place.problem(f"the result is no {self.result}", f"结果不符合类型“{self.result}”")


def fitted(session: Session, wanted: ItemType, value: Value, place: Place) -> Value:
    """The value converted to a type, or null with a failure."""
    try:
        return wanted.coerce(session, value)
    except Mismatch:
        session.fail(place.problem(f"the value is no {wanted}", f"值不符合类型“{wanted}”"))
        return None


def _at(variables: Mapping[str, object], path: tuple[str, ...]) -> object:
    """The given value at a path, or MISSING."""
    value: object = variables
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return MISSING
        value = value[name]
    return value

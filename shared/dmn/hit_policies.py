"""What comes of the rules that match (DMN 1.5 §8.2.8 hit policies, §8.2.9 defaults)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.dmn.model import DecisionTable
from shared.dmn.place import Place
from shared.dmn.session import session_of
from shared.feel.builtins import BUILT_INS
from shared.feel.comparison import equal, passes
from shared.feel.scope import Code, Frame
from shared.feel.values import Value, from_python

Values: TypeAlias = tuple[Value, ...]
"""The output values of one rule, by column."""


@dataclass(frozen=True)
class Hit:
    """A rule that matches; `number` counts from 1."""

    number: int
    values: Values


@dataclass(frozen=True)
class Outputs:
    """The output columns as hit policies need them; `priorities` are lists of values, falling, or None."""

    names: tuple[str, ...]
    priorities: tuple[Code | None, ...]
    defaults: tuple[Code | None, ...]
    place: Place

    def value(self, values: Values) -> Value:
        """One column gives its value, several a context."""
        return values[0] if len(values) == 1 else dict(zip(self.names, values, strict=True))

    def default(self, frame: Frame) -> Value:
        """What holds when no rule matches; null for columns without a default."""
        if all(code is None for code in self.defaults):
            return None
        return self.value(tuple(None if code is None else code(frame) for code in self.defaults))

    def refuse(self, frame: Frame, hits: Sequence[Hit], message: str, message_zh: str) -> None:
        """Fail because of the rules that match."""
        numbers = ", ".join(str(hit.number) for hit in hits)
        problem = self.place.problem(f"{message}: rules {numbers}", f"{message_zh}：规则 {numbers}")
        session_of(frame).fail(problem)


_Policy: TypeAlias = Callable[[Frame, list[Hit], Outputs], Value]


def settle(table: DecisionTable, outputs: Outputs) -> Callable[[Frame, list[Hit]], Value]:
    """The function from the rules that match, in their order, to the value of the table."""
    if table.hit_policy == "COLLECT" and table.aggregation:
        return _aggregated(table.aggregation, outputs)
    policy = _POLICIES[table.hit_policy]
    gives_list = table.hit_policy in _LISTS

    def result(frame: Frame, hits: list[Hit]) -> Value:
        if hits:
            return policy(frame, hits, outputs)
        default = outputs.default(frame)
        return [] if gives_list and default is None else default

    return result


def _unique(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    if len(hits) > 1:
        return outputs.refuse(frame, hits, "several rules match at once", "有多条规则同时命中")
    return outputs.value(hits[0].values)


def _any(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    first, *others = (outputs.value(hit.values) for hit in hits)
    if all(equal(frame.run, first, other) is True for other in others):
        return first
    return outputs.refuse(frame, hits, "rules that match differ in their outputs", "命中的规则输出不一致")


def _first(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    return outputs.value(hits[0].values)


def _priority(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    return outputs.value(_by_priority(frame, hits, outputs)[0].values)


def _output_order(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    return [outputs.value(hit.values) for hit in _by_priority(frame, hits, outputs)]


def _rule_order(frame: Frame, hits: list[Hit], outputs: Outputs) -> Value:
    return [outputs.value(hit.values) for hit in hits]


def _by_priority(frame: Frame, hits: list[Hit], outputs: Outputs) -> list[Hit]:
    lists = [[] if code is None else code(frame) or [] for code in outputs.priorities]
    return sorted(hits, key=lambda hit: [_rank(frame, *pair) for pair in zip(hit.values, lists, strict=True)])


def _rank(frame: Frame, value: Value, values: list[Value]) -> int:
    places = (place for place, listed in enumerate(values) if passes(frame.run, value, listed) is True)
    return next(places, len(values))


def _aggregated(aggregation: str, outputs: Outputs) -> Callable[[Frame, list[Hit]], Value]:
    built_in = BUILT_INS[aggregation.lower()]

    def result(frame: Frame, hits: list[Hit]) -> Value:
        default = outputs.default(frame)
        if not hits and default is not None:
            return default
        if aggregation == "COUNT":
            return from_python(len(hits))
        return built_in.invoke(frame.run, [[hit.values[0] for hit in hits]]) if hits else None

    return result


_LISTS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
_POLICIES: dict[str, _Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "COLLECT": _rule_order,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
}

"""Models to compiled graphs: every element of the main model, and what these require of others."""

from collections.abc import Iterable

from shared.dmn import iterations, table
from shared.dmn.errors import Problem
from shared.dmn.expressions import compile_boxed, compile_function, result_type
from shared.dmn.graph import Element, Key, Need, Unit
from shared.dmn.item_types import ItemType
from shared.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, InputData
from shared.dmn.nodes import DecisionNode, InputNode, KnowledgeNode, Node, ServiceNode
from shared.dmn.place import Place
from shared.dmn.session import session_of
from shared.feel.scope import Code, Frame
from shared.feel.values import Value

__all__ = ["Compiler", "iterations", "table"]

_DEEPEST = 60
"""Elements that require one another in a row."""


class Compiler:
    """Compiles elements once each; `nodes` is the result, `problems` what is wrong."""

    def __init__(self, main: Unit, problems: list[Problem]) -> None:
        self.main = main
        self.problems = problems
        self.nodes: dict[Key, Node] = {}
        self._under_way: list[Key] = []

    def compile_all(self) -> None:
        """Compile the main model."""
        self.main.types.build_all()
        for element in self.main.elements.values():
            self._compile(self.main, element)

    def _compile(self, unit: Unit, element: Element) -> None:
        key = unit.key(element)
        if key in self.nodes:
            return
        self._under_way.append(key)
        self.nodes[key] = self._node(unit, element)
        self._under_way.pop()

    def _node(self, unit: Unit, element: Element) -> Node:
        place = Place(element.name, element.id, frozenset(), unit.types, self.problems)
        if isinstance(element, InputData):
            return self._input(unit, element, place)
        if isinstance(element, DecisionService):
            return self._service(unit, element, place)
        if isinstance(element, BusinessKnowledgeModel):
            return self._knowledge(unit, element, place)
        return self._decision(unit, element, place)

    def _input(self, unit: Unit, element: InputData, place: Place) -> InputNode:
        name, namespace = element.variable.name, unit.model.namespace
        alias = next((alias for alias, other in self.main.imports.items() if other is unit), "")
        paths: list[tuple[str, ...]] = [(f"{namespace}#{name}",)]
        paths += [(alias, name)] if alias else []
        return InputNode((*paths, (name,)), place.type_named(element.variable.type_ref), place)

    def _decision(self, unit: Unit, element: Decision, place: Place) -> DecisionNode:
        needs, faults = self._needs(unit, (*element.information, *element.knowledge), place)
        inside = place.knowing(_names(needs))
        if element.body is None:
            code = inside.failing("the decision has no logic", "决策没有内容")
        else:
            code = compile_boxed(element.body, inside)
        typed = inside.typed(code, inside.type_named(element.variable.type_ref))
        return DecisionNode(element.id, element.name, needs, _failing(faults, typed))

    def _knowledge(self, unit: Unit, element: BusinessKnowledgeModel, place: Place) -> KnowledgeNode:
        others = [href for href in element.knowledge if href.rpartition("#")[2] != element.id]
        needs, faults = self._needs(unit, others, place)
        name = element.variable.name
        inside = place.knowing([*_names(needs), name])
        if element.function is None:
            code = inside.failing("the knowledge model has no logic", "业务知识模型没有内容")
            return KnowledgeNode(name, needs, _failing(faults, code))
        result = result_type(inside.type_named(element.variable.type_ref))
        code = compile_function(element.function, inside, name, result)
        return KnowledgeNode(name, needs, _failing(faults, code))

    def _service(self, unit: Unit, element: DecisionService, place: Place) -> ServiceNode:
        inputs, faulty_inputs = self._needs(unit, (*element.input_data, *element.input_decisions), place)
        outputs, faulty_outputs = self._needs(unit, element.outputs, place)
        parameters = tuple((need, self._type_of(unit, need, place)) for need in inputs)
        result = result_type(place.type_named(element.variable.type_ref))
        faults = faulty_inputs + faulty_outputs
        return ServiceNode(element.variable.name, parameters, outputs, result, place, faults)

    def _type_of(self, unit: Unit, need: Need, place: Place) -> ItemType:
        owner = unit.imports[need.alias] if need.alias else unit
        type_ref = owner.elements[need.key[1]].variable.type_ref
        return owner.types.named(type_ref, place.path, place.element_id)

    def _needs(
        self, unit: Unit, hrefs: Iterable[str], place: Place
    ) -> tuple[tuple[Need, ...], tuple[Problem, ...]]:
        """What the hrefs lead to, and those that lead nowhere as problems."""
        needs: list[Need] = []
        faults: list[Problem] = []
        for href in dict.fromkeys(hrefs):
            need = self._need(unit, href, place)
            if isinstance(need, Need):
                needs.append(need)
            else:
                faults.append(need)
        self.problems += faults
        return tuple(needs), tuple(faults)

    def _need(self, unit: Unit, href: str, place: Place) -> Need | Problem:
        found = unit.find(href)
        if found is None:
            return place.problem(f"the reference {href} leads nowhere", f"引用 {href} 不存在")
        alias, owner, element = found
        if owner.key(element) in self._under_way:
            return place.problem(f"{element.name} requires itself", f"“{element.name}”直接或间接依赖自身")
        if len(self._under_way) > _DEEPEST:
            return place.problem("the requirements are too deep", "决策之间的依赖层数太多")
        self._compile(owner, element)
        return Need(alias, element.variable.name, owner.key(element))


def _failing(faults: tuple[Problem, ...], code: Code) -> Code:
    """Code that fails with the first fault, and goes on without what is missing."""
    if not faults:
        return code

    def fail(frame: Frame) -> Value:
        session_of(frame).fail(faults[0])
        return code(frame)

    return fail


def _names(needs: Iterable[Need]) -> list[str]:
    return [name for need in needs for name in (need.alias, need.name) if name]

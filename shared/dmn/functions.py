"""Functions that a model defines: boxed functions, business knowledge models and decision services."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.dmn.errors import Problem
from shared.dmn.item_types import ItemType, Mismatch
from shared.dmn.session import Session
from shared.feel import FeelError, Function, limits
from shared.feel.scope import Run
from shared.feel.values import Value

Body: TypeAlias = Callable[[Mapping[str, Value]], Value]


@dataclass(frozen=True, eq=False)
class ModelFunction(Function):
    """A function with typed parameters; arguments that do not conform make the result null."""

    name: str
    parameters: tuple[tuple[str, ItemType], ...]
    result: ItemType
    body: Body
    session: Session
    refusal: Problem

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(self.parameters):
            run.warn(f"{self.name} takes {len(self.parameters)} arguments")
            return None
        names = [name for name, _ in self.parameters]
        return self._called(run, dict(zip(names, arguments, strict=True)))

    def invoke_named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        if arguments.keys() != {name for name, _ in self.parameters}:
            run.warn(f"the named arguments are not those of {self.name}")
            return None
        return self._called(run, arguments)

    def _called(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        run.step()
        try:
            fitting = {name: wanted.coerce(run, arguments[name]) for name, wanted in self.parameters}
        except Mismatch:
            run.warn(f"{self.name}: an argument has the wrong type")
            return None
        run.calls += 1
        if run.calls > limits.CALLS:
            raise FeelError("functions call one another too deeply", f"函数嵌套调用超过 {limits.CALLS} 层")
        try:
            return self.result.coerce(run, self.body(fitting))
        except Mismatch:
            self.session.fail(self.refusal)
            return None
        finally:
            run.calls -= 1

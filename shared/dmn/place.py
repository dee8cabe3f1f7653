"""Where in a model something is compiled: the names and types known there, and how to say what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.dmn.errors import Problem
from shared.dmn.item_types import ANY, ItemType, Mismatch
from shared.dmn.session import session_of
from shared.dmn.type_book import TypeBook
from shared.feel import FeelSyntaxError, compile_expression, compile_unary_tests, limits
from shared.feel.lexer import is_plain
from shared.feel.scope import Code, Frame
from shared.feel.shortcuts import Test
from shared.feel.values import Value


@dataclass(frozen=True)
class Place:
    """A place in a model; `names` are those in scope."""

    path: str
    element_id: str | None
    names: frozenset[str]
    types: TypeBook
    problems: list[Problem]

    def within(self, step: str, element_id: str | None = None) -> "Place":
        """A place further inside."""
        return replace(self, path=f"{self.path} / {step}", element_id=element_id or self.element_id)

    def at(self, element_id: str | None) -> "Place":
        """The same place, told by the id of an element there."""
        return replace(self, element_id=element_id or self.element_id)

    def knowing(self, names: Iterable[str]) -> "Place":
        """The same place with more names in scope."""
        return replace(self, names=self.names.union(names))

    def problem(self, message: str, message_zh: str) -> Problem:
        """What is wrong here, as a value."""
        return Problem(self.element_id, self.path, message, message_zh)

    def broken(self, message: str, message_zh: str) -> Code:
        """Note what is wrong with the model here; the code fails with it whenever it is reached."""
        self.problems.append(self.problem(message, message_zh))
        return self.failing(message, message_zh)

    def failing(self, message: str, message_zh: str) -> Code:
        """Code that is null with a failure."""
        problem = self.problem(message, message_zh)
        return lambda frame: session_of(frame).fail(problem)

    def expression(self, text: str) -> Code:
        """The code of a FEEL text; it fails when the text is not FEEL."""
        try:
            return compile_expression(text, self._known(), self.types.tests).code
        except FeelSyntaxError as error:
            return self.broken(str(error), error.message_zh)

    def tests(self, text: str) -> Test:
        """The unary tests of a FEEL text; they fail when the text is not FEEL."""
        try:
            return compile_unary_tests(text, self._known(), self.types.tests).test
        except FeelSyntaxError as error:
            refuse = self.broken(str(error), error.message_zh)
            return lambda frame, value: refuse(frame)

    def type_named(self, type_ref: str | None) -> ItemType:
        """The type that a typeRef here names."""
        return self.types.named(type_ref, self.path, self.element_id)

    def typed(self, code: Code, its_type: ItemType) -> Code:
        """Code whose value is converted to a type, or fails."""
        if its_type is ANY:
            return code
        refuse = self.failing(f"the value is no {its_type}", f"值不符合类型“{its_type}”")

        def convert(frame: Frame) -> Value:
            value = code(frame)
            try:
                return its_type.coerce(frame.run, value)
            except Mismatch:
                return refuse(frame)

        return convert

    def _known(self) -> list[str]:
        """The names that FEEL does not find by itself. Raises FeelSyntaxError for too many of them."""
        special = [name for name in self.names | self.types.names if not is_plain(name)]
        if len(special) > limits.SPECIAL_KEYS:
            raise FeelSyntaxError(0, "too many names with operators", "带运算符的名称太多")
        return special

"""The item definitions of a model as types, each built when it is first asked for."""

from collections.abc import Iterator

from shared.dmn.errors import Problem
from shared.dmn.item_types import (
    ANY,
    ItemType,
    TypeTests,
    context_of,
    list_of,
    narrowed,
    renamed,
    simple_type,
)
from shared.dmn.model import FunctionItem, ItemDefinition, Model
from shared.feel import Expression, FeelSyntaxError, compile_expression, compile_unary_tests
from shared.feel.scope import Frame, Run
from shared.feel.values import Function, Value

_DEEPEST = 60
"""Types that refer to one another in a row."""


class TypeBook:
    """The types known in a model; those of an imported model are `alias.name`."""

    def __init__(self, model: Model, problems: list[Problem], narrow: bool = True) -> None:
        self._definitions = {one.name: one for one in model.item_definitions}
        self._imports: dict[str, TypeBook] = {}
        self._problems = problems
        self._narrow = narrow
        self._built: dict[str, ItemType] = {}
        self._building: set[str] = set()
        # `instance of` asks for the kind of a value; allowed values say which values may be passed on
        self._wide = TypeBook(model, [], narrow=False) if narrow else self
        self.tests = TypeTests(self._wide._defined, lambda: iter(self._definitions))
        self.names = frozenset(_component_names(model.item_definitions))

    def add_import(self, alias: str, book: "TypeBook") -> None:
        """Know the types of another model as `alias.name`."""
        self._imports[alias] = book
        if self._wide is not self:
            self._wide.add_import(alias, book._wide)

    def build_all(self) -> None:
        """Build every type, so that all problems are found."""
        for name in self._definitions:
            self._defined(name)

    def named(self, name: str | None, path: str, element_id: str | None = None) -> ItemType:
        """The type that a `typeRef` names; Any without one; for unknown ones too, with a problem."""
        if not name:
            return ANY
        found = self._defined(name) or simple_type(name) or self._written(name)
        if found is None:
            self._note(element_id, path, f"there is no type {name}", f"没有名为“{name}”的类型")
        return found or ANY

    def _defined(self, name: str) -> ItemType | None:
        if name in self._built:
            return self._built[name]
        definition = self._definitions.get(name)
        if definition is None:
            return self._of_import(name)
        if name in self._building:
            return self._later(name)
        if len(self._building) > _DEEPEST:
            self._note(definition.id, f"types / {name}", "the types are nested too deeply", "类型嵌套太深")
            return ANY
        self._building.add(name)
        self._built[name] = self._build(definition, f"types / {name}")
        self._building.discard(name)
        return self._built[name]

    def _of_import(self, name: str) -> ItemType | None:
        for alias, book in self._imports.items():
            if name.startswith(f"{alias}."):
                return book._defined(name.removeprefix(f"{alias}."))
        return None

    def _later(self, name: str) -> ItemType:
        """A type inside its own definition: looked up when a value is there."""
        return ItemType(name, lambda run, value: self._built[name].shape(run, value))

    def _written(self, text: str) -> ItemType | None:
        """A type written in FEEL, such as `list<number>`."""
        try:
            test = compile_expression(f"value instance of {text}", types=self.tests)
        except FeelSyntaxError:
            return None
        return _tested(text, test) if "<" in text else None

    def _build(self, definition: ItemDefinition, path: str) -> ItemType:
        if self._is_circular(definition):
            self._note(definition.id, path, "the type is defined by itself", "类型的定义指向自身")
            return ANY
        base = self._base(definition, path)
        if self._narrow and definition.allowed is not None:
            base = self._narrowed(base, definition.allowed, definition, path)
        if definition.collection:
            base = list_of(base, definition.name)
        if self._narrow and definition.constraint is not None:
            base = self._narrowed(base, definition.constraint, definition, path)
        return renamed(base, definition.name)

    def _base(self, definition: ItemDefinition, path: str) -> ItemType:
        if definition.components:
            components = {one.name: self._build(one, f"{path} / {one.name}") for one in definition.components}
            return context_of(components, definition.name)
        if definition.function is not None:
            return self._function(definition.function, path)
        return self.named(definition.type_ref, path, definition.id)

    def _function(self, function: FunctionItem, path: str) -> ItemType:
        parameters = ", ".join(one.type_ref or "Any" for one in function.parameters)
        text = f"function<{parameters}>->{function.result or 'Any'}"
        result = self.named(function.result, path)
        try:
            test = compile_expression(f"value instance of {text}", types=self.tests)
        except FeelSyntaxError:
            return ItemType(text, lambda run, value: isinstance(value, Function), result=result)
        return _tested(text, test, result)

    def _narrowed(self, base: ItemType, text: str, definition: ItemDefinition, path: str) -> ItemType:
        try:
            tests = compile_unary_tests(text, self.names)
        except FeelSyntaxError as error:
            self._note(definition.id, path, error.message, error.message_zh)
            return base
        return narrowed(base, tests.test, definition.name)

    def _is_circular(self, definition: ItemDefinition) -> bool:
        seen: set[str] = set()
        while definition.type_ref in self._definitions and not definition.components:
            if definition.type_ref in seen:
                return True
            seen.add(definition.type_ref)
            definition = self._definitions[definition.type_ref]
        return False

    def allowed_values(self, name: str | None) -> str | None:
        """The allowed values that a type's definition lists, or the types that it builds on."""
        seen: set[str] = set()
        while name in self._definitions and name not in seen:
            seen.add(name)
            definition = self._definitions[name]
            if definition.allowed is not None:
                return definition.allowed
            name = definition.type_ref
        return None

    def _note(self, element_id: str | None, path: str, message: str, message_zh: str) -> None:
        self._problems.append(Problem(element_id, path, message, message_zh))


def _tested(name: str, test: Expression, result: ItemType | None = None) -> ItemType:
    def shape(run: Run, value: Value) -> bool:
        return test.code(Frame(run, {"value": value}, None)) is True

    return ItemType(name, shape, result=result)


def _component_names(definitions: tuple[ItemDefinition, ...]) -> Iterator[str]:
    for definition in definitions:
        for component in definition.components:
            yield component.name
        yield from _component_names(definition.components)

"""The expressions of a DMN file: XML elements to the values of model.py."""

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from shared.dmn.document import child, children, local, text_in
from shared.dmn.errors import Problem
from shared.dmn.model import (
    Binding,
    Boxed,
    BoxedList,
    Conditional,
    Context,
    Entry,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    Literal,
    Relation,
    Variable,
)

_Kind = TypeVar("_Kind", bound=Boxed)


class Reading:
    """One pass over a file: what was wrong so far, and how prefixes of type names read."""

    def __init__(self, own: str, imports: dict[str, str]) -> None:
        self.own = own
        self.imports = imports
        self.problems: list[Problem] = []

    def problem(self, element: etree._Element, path: str, message: str, message_zh: str) -> None:
        """Note that something is wrong at an element."""
        self.problems.append(Problem(element.get("id"), path, message, message_zh))

    def name(self, element: etree._Element, path: str) -> str:
        """The name of an element that must have one, with single spaces."""
        name = spaced(element.get("name"))
        if not name:
            self.problem(element, f"{path} / {local(element)}", "a name is missing", "缺少名称")
        return name

    def type_name(self, text: str | None, element: etree._Element) -> str | None:
        """A type as FEEL writes it: `feel:string` (DMN 1.1) is string, a prefix of an import its name."""
        text = spaced(text)
        prefix, colon, name = text.partition(":")
        if not colon:
            return text or None
        target = element.nsmap.get(prefix, "")
        alias = self.imports.get(target)
        return f"{alias}.{name}" if alias and target != self.own else name

    def type_of(self, element: etree._Element) -> str | None:
        """The `typeRef` attribute."""
        return self.type_name(element.get("typeRef"), element)

    def variable(self, element: etree._Element, path: str) -> Variable:
        """A variable, formal parameter or column."""
        return Variable(self.name(element, path), self.type_of(element), element.get("id"))


def spaced(text: str | None) -> str:
    """A name with single spaces between its words."""
    return " ".join((text or "").split())


def language_of(element: etree._Element) -> str | None:
    """The expression language when it is not FEEL."""
    language = (element.get("expressionLanguage") or "").strip()
    is_feel = not language or "feel" in language.lower()
    return None if is_feel else language


def read_boxed(reading: Reading, holder: etree._Element | None, path: str) -> Boxed | None:
    """The first expression inside an element."""
    found = [] if holder is None else list(children(holder, *_READERS))
    return read_expression(reading, found[0], path) if found else None


def read_expression(reading: Reading, element: etree._Element, path: str) -> Boxed:
    """The expression that an element is."""
    return _READERS[local(element)](reading, element, path)


def reads(tag: str) -> Callable[[Callable[..., _Kind]], Callable[..., _Kind]]:
    """Register the function that reads expressions with this tag."""

    def register(function: Callable[..., _Kind]) -> Callable[..., _Kind]:
        _READERS[tag] = function
        return function

    return register


_READERS: dict[str, Callable[[Reading, etree._Element, str], Boxed]] = {}


@reads("literalExpression")
def _literal(reading: Reading, element: etree._Element, path: str) -> Literal:
    text = text_in(element, "text") or ""
    return Literal(text, reading.type_of(element), language_of(element), element.get("id"))


@reads("context")
def _context(reading: Reading, element: etree._Element, path: str) -> Context:
    entries = tuple(_entry(reading, entry, path) for entry in children(element, "contextEntry"))
    return Context(entries, reading.type_of(element), element.get("id"))


def _entry(reading: Reading, element: etree._Element, path: str) -> Entry:
    variable = child(element, "variable")
    named = None if variable is None else reading.variable(variable, path)
    body = read_boxed(reading, element, f"{path} / {named.name if named else 'result'}")
    type_ref = named.type_ref if named else None
    return Entry(named.name if named else None, type_ref, body, element.get("id"))


@reads("list")
def _list(reading: Reading, element: etree._Element, path: str) -> BoxedList:
    items = _items(reading, element, path)
    return BoxedList(items, reading.type_of(element), element.get("id"))


def _items(reading: Reading, element: etree._Element, path: str) -> tuple[Boxed, ...]:
    found = enumerate(children(element, *_READERS), start=1)
    return tuple(read_expression(reading, item, f"{path} / {number}") for number, item in found)


@reads("relation")
def _relation(reading: Reading, element: etree._Element, path: str) -> Relation:
    columns = tuple(reading.variable(column, path) for column in children(element, "column"))
    rows = []
    for number, row in enumerate(children(element, "row"), start=1):
        cells = _items(reading, row, f"{path} / row {number}")
        if len(cells) != len(columns):
            message = f"row {number} has {len(cells)} cells for {len(columns)} columns"
            zh = f"第 {number} 行有 {len(cells)} 格，但有 {len(columns)} 列"
            reading.problem(row, path, message, zh)
        rows.append(cells)
    return Relation(columns, tuple(rows), reading.type_of(element), element.get("id"))


@reads("invocation")
def _invocation(reading: Reading, element: etree._Element, path: str) -> Invocation:
    bindings = tuple(_binding(reading, binding, path) for binding in children(element, "binding"))
    function = read_boxed(reading, element, f"{path} / function")
    return Invocation(function, bindings, reading.type_of(element), element.get("id"))


def _binding(reading: Reading, element: etree._Element, path: str) -> Binding:
    parameter = child(element, "parameter")
    if parameter is None:
        reading.problem(element, path, "a binding has no parameter", "调用的一个参数没有名称")
        return Binding("", None, None)
    variable = reading.variable(parameter, path)
    body = read_boxed(reading, element, f"{path} / {variable.name}")
    return Binding(variable.name, variable.type_ref, body, element.get("id"))


@reads("functionDefinition")
def read_function(reading: Reading, element: etree._Element, path: str) -> FunctionDefinition:
    """A boxed function, or the logic of a business knowledge model."""
    parameters = tuple(reading.variable(one, path) for one in children(element, "formalParameter"))
    body = read_boxed(reading, element, path)
    kind = (element.get("kind") or "FEEL").upper()
    return FunctionDefinition(parameters, body, kind, reading.type_of(element), element.get("id"))


@reads("conditional")
def _conditional(reading: Reading, element: etree._Element, path: str) -> Conditional:
    test, then, otherwise = (
        read_boxed(reading, child(element, tag), f"{path} / {tag}") for tag in ("if", "then", "else")
    )
    return Conditional(test, then, otherwise, reading.type_of(element), element.get("id"))


@reads("filter")
def _filter(reading: Reading, element: etree._Element, path: str) -> Filter:
    source, match = (read_boxed(reading, child(element, tag), f"{path} / {tag}") for tag in ("in", "match"))
    return Filter(source, match, reading.type_of(element), element.get("id"))


@reads("for")
@reads("some")
@reads("every")
def _iteration(reading: Reading, element: etree._Element, path: str) -> Iteration:
    kind = local(element)
    variable = spaced(element.get("iteratorVariable"))
    if not variable:
        reading.problem(element, path, "an iterator variable is missing", "循环缺少变量名")
    source_holder = child(element, "in")
    source = read_boxed(reading, source_holder, f"{path} / in")
    body_tag = "return" if kind == "for" else "satisfies"
    body = read_boxed(reading, child(element, body_tag), f"{path} / {body_tag}")
    variable_type = None if source_holder is None else reading.type_of(source_holder)
    return Iteration(kind, variable, source, body, variable_type, reading.type_of(element), element.get("id"))

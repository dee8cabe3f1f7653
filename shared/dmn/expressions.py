"""Boxed expressions to closures (DMN 1.5 §10.2.1); decision tables are in table.py."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from shared.dmn.functions import ModelFunction
from shared.dmn.item_types import ANY, ItemType
from shared.dmn.model import (
    Boxed,
    BoxedList,
    Context,
    Entry,
    FunctionDefinition,
    Invocation,
    Literal,
    Relation,
)
from shared.dmn.place import Place
from shared.dmn.session import session_of
from shared.feel import Function
from shared.feel.scope import Code, Frame
from shared.feel.values import Value, kind

_Compile: TypeAlias = Callable[[Any, Place], Code]
_Compiler = TypeVar("_Compiler", bound=Callable[..., Code])
_COMPILERS: dict[type, _Compile] = {}


def compiles(*kinds: type) -> Callable[[_Compiler], _Compiler]:
    """Register the function that compiles these kinds of expressions."""

    def register(function: _Compiler) -> _Compiler:
        _COMPILERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def compile_boxed(body: Boxed | None, place: Place) -> Code:
    """The code of an expression, with the value converted to the expression's own type."""
    if body is None:
        return place.broken("an expression is missing", "缺少表达式")
    inside = place.at(body.id)
    code = _COMPILERS[type(body)](body, inside)
    if isinstance(body, FunctionDefinition):
        return code  # its type is that of the function, not of a value
    return inside.typed(code, inside.type_named(body.type_ref))


@compiles(Literal)
def _literal(body: Literal, place: Place) -> Code:
    if body.language is not None:
        return place.broken("only FEEL is evaluated", "只支持 FEEL 表达式")
    if not body.text:
        return place.broken("the expression is empty", "表达式是空的")
    return place.expression(body.text)


@compiles(Context)
def _context(body: Context, place: Place) -> Code:
    entries: list[tuple[str | None, Code]] = []
    for entry in body.entries:
        place = place.knowing([entry.name] if entry.name else [])
        inside = place.within(entry.name or "result", entry.id)
        entries.append((entry.name, _entry(entry, inside)))

    def build(frame: Frame) -> Value:
        result: dict[str, Value] = {}
        inside = frame.inside(result)  # each entry sees those before it, and a function itself
        for name, code in entries:
            value = code(inside)
            if name is None:
                return value
            result[name] = value
        return result

    return build


def _entry(entry: Entry, place: Place) -> Code:
    its_type = place.type_named(entry.type_ref)
    if isinstance(entry.body, FunctionDefinition):
        result = None if its_type is ANY else result_type(its_type)
        return compile_function(entry.body, place.at(entry.body.id), entry.name or "function", result)
    return place.typed(compile_boxed(entry.body, place), its_type)


@compiles(BoxedList)
def _list(body: BoxedList, place: Place) -> Code:
    codes = [compile_boxed(item, place.within(str(number))) for number, item in enumerate(body.items, 1)]
    return lambda frame: [code(frame) for code in codes]


@compiles(Relation)
def _relation(body: Relation, place: Place) -> Code:
    types = [place.type_named(column.type_ref) for column in body.columns]
    names = [column.name for column in body.columns]
    rows = []
    for number, row in enumerate(body.rows, start=1):
        places = [place.within(f"row {number} / {name}") for name in names]
        cells = [
            where.typed(compile_boxed(cell, where), its_type)
            for cell, where, its_type in zip(row, places, types, strict=False)
        ]
        rows.append(cells)
    return lambda frame: [{name: cell(frame) for name, cell in zip(names, row, strict=False)} for row in rows]


@compiles(Invocation)
def _invocation(body: Invocation, place: Place) -> Code:
    function = compile_boxed(body.function, place.within("function"))
    arguments: dict[str, Code] = {}
    for binding in body.bindings:
        inside = place.within(binding.name, binding.id)
        code = compile_boxed(binding.body, inside)
        arguments[binding.name] = inside.typed(code, inside.type_named(binding.type_ref))
    nothing = place.failing("what is invoked is no function", "调用的不是函数")

    def invoke(frame: Frame) -> Value:
        found = function(frame)
        if not isinstance(found, Function):
            return nothing(frame)
        frame.run.step()
        return found.invoke_named(frame.run, {name: code(frame) for name, code in arguments.items()})

    return invoke


@compiles(FunctionDefinition)
def compile_function(
    body: FunctionDefinition, place: Place, name: str = "function", result: ItemType | None = None
) -> Code:
    """Code that makes the function, which sees the frame it is made in."""
    if body.kind != "FEEL":
        return place.broken(
            f"functions of kind {body.kind} are not run", f"不支持 {body.kind} 类型的外部函数"
        )
    inside = place.knowing(parameter.name for parameter in body.parameters)
    code = compile_boxed(body.body, inside)
    parameters = tuple((one.name, place.type_named(one.type_ref)) for one in body.parameters)
    wanted = result or place.type_named(body.type_ref)
    refusal = place.problem(f"the result is no {wanted}", f"函数结果不符合类型“{wanted}”")
    return lambda frame: ModelFunction(
        name,
        parameters,
        wanted,
        lambda arguments: code(frame.inside(arguments)),
        session_of(frame),
        refusal,
    )


def result_type(its_type: ItemType) -> ItemType:
    """What a function returns whose variable has this type: the type of the function, or (in older files) of
    its result."""
    return its_type.result or its_type


def truth(frame: Frame, code: Code) -> bool | None:
    """True, false or null; anything else is null with a warning."""
    value = code(frame)
    if value is None or isinstance(value, bool):
        return value
    frame.run.warn(f"a {kind(value)} is neither true nor false")
    return None

"""Functions written in FEEL, calls, and `instance of`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.feel import limits
from shared.feel.builtins import BUILT_INS
from shared.feel.compiler import Names, Types, TypeTest, compile_node, node, parts, word
from shared.feel.errors import FeelError
from shared.feel.moments import first_moment
from shared.feel.parser import Node
from shared.feel.scope import MISSING, Code, Constant, Frame, Run
from shared.feel.values import Function, Range, Value, kind
from shared.policy import Policy


@dataclass(frozen=True, eq=False)
class _Written(Function):
    """A function written in FEEL, with the names it sees."""

    parameters: tuple[tuple[str, TypeTest], ...]
    body: Code
    frame: Frame
    name: str = "function"

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(self.parameters):
            run.warn(f"the function takes {len(self.parameters)} arguments")
            return None
        values: dict[str, Value] = {}
        for (name, fits), argument in zip(self.parameters, arguments, strict=True):
            if fits is not _anything:
                run.visit(argument)
            values[name] = converted(fits, argument)
            if values[name] is MISSING:
                run.warn(f"the argument {name} has the wrong type")
                return None
        run.step()
        run.calls += 1
        if run.calls > limits.CALLS:
            raise FeelError("functions call one another too deeply", f"函数嵌套调用超过 {limits.CALLS} 层")
        result = self.body(Frame(run, values, self.frame))
        run.calls -= 1
        return result

    def invoke_named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        names = [name for name, _ in self.parameters]
        if set(names) != arguments.keys():
            run.warn("the named arguments are not those of the function")
            return None
        return self.invoke(run, [arguments[name] for name in names])


def converted(fits: TypeTest, value: Value) -> Value:
    """The value as the type wants it: itself, the item of a list of one, a list of one, or the first moment
    of a day; MISSING where none of them fits (DMN 1.5, 10.3.2.9.4)."""
    choices = [value]
    if isinstance(value, list):
        choices += value if len(value) == 1 else []
    elif value is not None:
        choices.append([value])
        choices += [first_moment(value)] if kind(value) == "date" else []
    return next((choice for choice in choices if fits(choice)), MISSING)


@node("function")
def _function(tree: Node, names: Names) -> Code:
    parameters = tuple((word(part), _type_of_parameter(part, names.types)) for part in parts(tree)[:-1])
    body = compile_node(parts(tree)[-1], names.binding(*(name for name, _ in parameters)))
    return lambda frame: _Written(parameters, body, frame)


@dataclass(frozen=True, eq=False)
class _External(Function):
    """A function in Java or PMML. It may stand in an expression, but nothing outside FEEL is ever called."""

    name: str = "external function"

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        run.warn("functions outside FEEL are not called here")
        return None

    def invoke_named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        return self.invoke(run, list(arguments.values()))


@node("external_function")
def _external(tree: Node, names: Names) -> Code:
    return lambda frame: _External()


def _type_of_parameter(parameter: Node, own: Types) -> TypeTest:
    types = parts(parameter)
    if not types:
        return _anything
    fits = _type_test(types[0], own)
    return lambda value: _null_or(fits, value)


def _anything(value: Value) -> bool:
    return True


def _null_or(fits: TypeTest, value: Value) -> bool:
    return value is None or fits(value)


@node("call")
def _call(tree: Node, names: Names) -> Code:
    callee, *arguments = parts(tree)
    if callee.data == "name" and word(callee) == "is defined" and arguments:
        return _is_defined(arguments[0], names)
    function = _callee(callee, names)
    if arguments and arguments[0].data == "named":
        return _call_by_name(function, arguments[0], names)
    codes = [compile_node(part, names) for group in arguments for part in parts(group)]
    if callee.data == "name" and word(callee) == "policy" and len(codes) == 1:
        return _setting(function, codes[0])

    def call(frame: Frame) -> Value:
        found = function(frame)
        return found and found.invoke(frame.run, [code(frame) for code in codes])

    return call


def _setting(function: Callable[[Frame], Function | None], path: Code) -> Code:
    """`policy("a.b")`: policies never change, so the last answer is kept with the policy that gave it."""
    known: tuple[Policy | None, Value] = (None, None)

    def call(frame: Frame) -> Value:
        nonlocal known
        found, asked = function(frame), frame.run.environment.policy
        its_own = found is BUILT_INS["policy"] and isinstance(path, Constant)
        policy, answer = known
        if its_own and policy is asked and answer is not None:
            return answer
        answer = found and found.invoke(frame.run, [path(frame)])
        if its_own:
            known = (asked, answer)
        return answer

    return call


def _call_by_name(function: Callable[[Frame], Function | None], arguments: Node, names: Names) -> Code:
    codes = {word(part): compile_node(parts(part)[0], names) for part in parts(arguments)}

    def call(frame: Frame) -> Value:
        found = function(frame)
        return found and found.invoke_named(frame.run, {name: code(frame) for name, code in codes.items()})

    return call


def _callee(tree: Node, names: Names) -> Callable[[Frame], Function | None]:
    if tree.data == "name" and word(tree) in BUILT_INS:
        built_in = BUILT_INS[word(tree)]
        if names.binds(built_in.name):
            names.use(built_in.name)
        return lambda frame: _own(frame, built_in)
    code = compile_node(tree, names)

    def find(frame: Frame) -> Function | None:
        value = code(frame)
        if isinstance(value, Function):
            return value
        if value is not None:
            frame.run.warn(f"a {kind(value)} cannot be called")
        return None

    return find


def _own(frame: Frame, built_in: Function) -> Function:
    """A variable that is a function hides the built-in of the same name; any other value does not."""
    value = frame.find(built_in.name)
    return value if isinstance(value, Function) else built_in


def _is_defined(arguments: Node, names: Names) -> Code:
    """`is defined(a.b)`: is there such a variable or entry, whatever its value?"""
    (subject,) = parts(arguments)[:1]
    if subject.data == "name":
        names.use(word(subject))
        return lambda frame: frame.find(word(subject)) is not MISSING
    if subject.data == "path":
        base, key = compile_node(parts(subject)[0], names), word(subject, 1)
        return lambda frame: _has_entry(frame.run.quietly(base, frame), key)
    code = compile_node(subject, names)
    return lambda frame: frame.run.quietly(code, frame) is not None


def _has_entry(value: Value, key: str) -> bool:
    return isinstance(value, dict) and key in value


@node("instance_of")
def _instance_of(tree: Node, names: Names) -> Code:
    subject, its_type = parts(tree)
    code, fits = compile_node(subject, names), _type_test(its_type, names.types)

    def check(frame: Frame) -> bool:
        value = code(frame)
        frame.run.visit(value)
        return fits(value)

    return check


def _type_test(tree: Node, types: Types) -> TypeTest:
    inner = [_type_test(part, types) for part in parts(tree) if part.data != "member"]
    if tree.data == "context_type":
        members = {word(part): _type_test(parts(part)[0], types) for part in parts(tree)}
        return lambda value: (
            isinstance(value, dict)
            and all(key in value and _null_or(fits, value[key]) for key, fits in members.items())
        )
    if tree.data == "function_type":
        return lambda value: isinstance(value, Function)
    if tree.data == "plain_type":
        return _plain_type(".".join(map(str, tree.children)), types)
    name = word(tree)
    if name == "list":
        return lambda value: isinstance(value, list) and all(inner[0](item) for item in value)
    if name == "range":
        return lambda value: isinstance(value, Range) and inner[0](value.low)
    return lambda value: False


def _plain_type(name: str, types: Types) -> TypeTest:
    own = types.get(name)
    if own is not None:
        return lambda value: value is not None and own(value)
    return lambda value: _is_a(value, name)


def _is_a(value: Value, name: str) -> bool:
    if name == "Any":
        return value is not None
    return kind(value) == ("null" if name == "Null" else name)

"""Literals, names, arithmetic, comparison, three-valued logic and `if`."""

from decimal import Decimal, DecimalException

from shared.feel.arithmetic import calculate, opposite
from shared.feel.builtins import BUILT_INS
from shared.feel.comparison import compare
from shared.feel.compiler import Names, compile_parts, node, position, start, word
from shared.feel.errors import FeelSyntaxError, NoValue
from shared.feel.parser import Node
from shared.feel.scope import MISSING, Code, Constant, Frame
from shared.feel.shortcuts import comparison
from shared.feel.temporal import read_any
from shared.feel.values import NUMBERS, Value, kind


@node("true", "false", "null")
def _word_literal(tree: Node, names: Names) -> Code:
    return Constant({"true": True, "false": False, "null": None}[tree.data])


@node("string")
def _string(tree: Node, names: Names) -> Code:
    return Constant(word(tree))


@node("number")
def _number(tree: Node, names: Names) -> Code:
    try:
        return Constant(NUMBERS.create_decimal(word(tree)))
    except DecimalException:
        raise FeelSyntaxError(position(tree), "the number is too large", "数值太大") from None


@node("at_literal")
def _at_literal(tree: Node, names: Names) -> Code:
    try:
        return Constant(read_any(word(tree)[2:-1]))
    except NoValue as error:
        raise FeelSyntaxError(position(tree), str(error), "@ 后面不是日期、时间或时长") from None


@node("name")
def _name(tree: Node, names: Names) -> Code:
    name = word(tree)
    names.use(name)
    built_in = BUILT_INS.get(name)

    def read(frame: Frame) -> Value:
        value = frame.find(name)
        if value is not MISSING:
            return value
        if built_in is not None:
            return built_in
        return frame.run.absent(f"variable {name}", f"变量“{name}”")

    return read


@node("additive", "multiplicative", "power")
def _arithmetic(tree: Node, names: Names) -> Code:
    """Operands and signs take turns; `power` has only operands."""
    first, *others = compile_parts(tree, names)
    signs = [str(child) for child in tree.children if isinstance(child, str)] or ["**"] * len(others)
    steps = list(zip(signs, others, strict=True))

    def fold(frame: Frame) -> Value:
        value = first(frame)
        for sign, operand in steps:
            value = calculate(frame.run, sign, value, operand(frame))
        return value

    return fold


@node("negate")
def _negate(tree: Node, names: Names) -> Code:
    (operand,) = compile_parts(tree, names)
    if isinstance(operand, Constant) and isinstance(operand.value, Decimal):
        return Constant(NUMBERS.minus(operand.value))
    return lambda frame: opposite(frame.run, operand(frame))


@node("compare")
def _compare(tree: Node, names: Names) -> Code:
    left, right = compile_parts(tree, names)
    return comparison(word(tree, 1), left, right, start(tree))


@node("between")
def _between(tree: Node, names: Names) -> Code:
    operand, low, high = compile_parts(tree, names)

    def check(frame: Frame) -> bool | None:
        value = operand(frame)
        verdicts = (
            compare(frame.run, ">=", value, low(frame)),
            compare(frame.run, "<=", value, high(frame)),
        )
        if False in verdicts:
            return False
        return None if None in verdicts else True

    return check


@node("conjunction", "disjunction")
def _junction(tree: Node, names: Names) -> Code:
    operands = compile_parts(tree, names)
    decisive = tree.data == "disjunction"
    other = not decisive

    def judge(frame: Frame) -> bool | None:
        verdict: bool | None = other
        for operand in operands:
            truth = operand(frame)
            if truth is decisive:
                return decisive
            if truth is not other:
                verdict = _neither(frame, truth)
        return verdict

    return judge


@node("if_")
def _if(tree: Node, names: Names) -> Code:
    condition, yes, no = compile_parts(tree, names)
    return lambda frame: yes(frame) if truth_of(frame, condition) is True else no(frame)


def truth_of(frame: Frame, code: Code) -> bool | None:
    """True, false or null; anything else is null with a warning."""
    value = code(frame)
    return value if value is True or value is False else _neither(frame, value)


def _neither(frame: Frame, value: Value) -> bool | None:
    if value is not None:
        frame.run.warn(f"a {kind(value)} is neither true nor false")
    return None

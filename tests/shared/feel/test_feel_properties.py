"""Whatever is typed: FeelError or a value, and what is printed reads back."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feel import FeelError, compile_expression, compile_unary_tests
from shared.feel.builtins import BUILT_INS

PIECES = [
    *"()[]{},:.?-+*/<>=",
    *["**", "..", "!=", "->", "if ", " then ", " else ", "for ", " in ", " return ", "some ", " satisfies "],
    *[" and ", " or ", " between ", " instance of ", "function", "not", "null", "true", "false", " "],
    *["a", "b c", "xs", "item", "1", "2.5", "0", '"x"', '@"2024-02-29"', '@"P1D"', '@"P1M"', "1e400"],
    *['@"2024-02-29T00:00:00Z"', '@"10:00:00"', "年龄", "//", "/*", "`a-b`", '"', "@", "\\", "＞"],
    *["number", "list<number>", "context<a: number>", "partial"],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
VARIABLES = {"a": 1, "b c": "x", "xs": [1, 2, {"a": None}], "年龄": 70, "a-b": {"k": [True]}}

SCALARS = st.sampled_from(
    [
        *["null", "true", "0", "-1", "2", "3.7", "1e30", '""', '"abc"', '"2024-02-29"', '"P1D"', '"["'],
        *['@"2024-02-29"', '@"0001-01-01T00:00:00+14:00"', '@"9999-12-31T23:59:59@Asia/Shanghai"'],
        *['@"23:59:59@Asia/Shanghai"', '@"P1Y2M"', '@"-P999999999D"', "[1..3]", "(< 5)", "a"],
        *['[@"2024-02-29"..@"2024-03-01"]', "function(x, y) x < y", "function(x) x", "count"],
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{number}: {item}" for number, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)


def complaint(compile_text, use):
    """The text of a FeelError, or nothing; any other exception goes on and fails the test."""
    try:
        use(compile_text())
    except FeelError as error:
        return str(error)
    return ""


def assert_contained(text, environment):
    """Compiling and evaluating ends well or with a FeelError that the code foresaw."""
    assert "internal" not in complaint(
        lambda: compile_expression(text), lambda one: one.evaluate(VARIABLES, environment)
    )


@settings(max_examples=120, deadline=None)
@given(text=TEXTS)
def test_no_arrangement_of_signs_escapes(new_environment, text):
    assert_contained(text, new_environment())
    assert "internal" not in complaint(
        lambda: compile_unary_tests(text), lambda one: one.matches(1, VARIABLES, new_environment())
    )


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_at_all_escapes(new_environment, text):
    assert_contained(text, new_environment())


@settings(max_examples=250, deadline=None)
@given(name=st.sampled_from(sorted(BUILT_INS)), arguments=st.lists(VALUES, max_size=4))
def test_no_built_in_escapes_whatever_its_arguments(new_environment, name, arguments):
    call = f"{name}({', '.join(arguments)})"
    assert_contained(call, new_environment())


@settings(max_examples=100, deadline=None)
@given(
    left=VALUES,
    sign=st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "in", "and"]),
    right=VALUES,
)
def test_no_operator_escapes_whatever_its_operands(new_environment, left, sign, right):
    assert_contained(f"({left}) {sign} ({right})", new_environment())


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_text_in_a_list_reads_back_as_it_was(new_environment, text):
    environment = new_environment()
    written = compile_expression("string([x])").evaluate({"x": text}, environment)
    assert compile_expression(written).evaluate({}, environment) == [text]


@settings(max_examples=60, deadline=None)
@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
)
def test_a_number_reads_back_as_it_was(new_environment, number):
    environment = new_environment()
    written = compile_expression("string(x)").evaluate({"x": number}, environment)
    assert compile_expression(written).evaluate({}, environment) == Decimal(number)


@settings(max_examples=60, deadline=None)
@given(a=st.integers(-999, 999), b=st.integers(-999, 999), c=st.integers(1, 99))
def test_arithmetic_agrees_with_python(new_environment, a, b, c):
    value = compile_expression("a + b * c - (a - b) * 2").evaluate(
        {"a": a, "b": b, "c": c}, new_environment()
    )
    assert value == a + b * c - (a - b) * 2

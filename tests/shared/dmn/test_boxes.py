"""Every kind of boxed expression: its value, and null with a reason where it has none."""

import pytest

from tests.shared.dmn.conftest import decision, literal


def context(*entries):
    """A context; an entry without a name is the result."""
    inside = "".join(
        f"<contextEntry>{f'<variable name={chr(34)}{name}{chr(34)}/>' if name else ''}{body}</contextEntry>"
        for name, body in entries
    )
    return f"<context>{inside}</context>"


def function(parameters, body, kind="FEEL"):
    formal = "".join(f'<formalParameter name="{name}" typeRef="{of}"/>' for name, of in parameters.items())
    return f'<functionDefinition kind="{kind}">{formal}{body}</functionDefinition>'


def invocation(name, **arguments):
    bindings = "".join(
        f'<binding><parameter name="{key}"/>{literal(text)}</binding>' for key, text in arguments.items()
    )
    return f"<invocation>{literal(name)}{bindings}</invocation>"


def test_a_literal_sees_given_variables_and_knows_no_others(check, decide, environment):
    check(6, decision(literal("金额 * 2")), 金额=3)
    assert decide(decision(literal("金额 * 2"))).value is None
    assert any("金额" in warning for warning in environment.warnings)


def test_an_empty_or_foreign_literal_is_a_failure(decide):
    assert decide(decision(literal(""))).failed.message_zh == "表达式是空的"
    foreign = literal("1 + 1", 'expressionLanguage="http://www.w3.org/1999/XPath"')
    assert decide(decision(foreign)).failed.message == "only FEEL is evaluated"


def test_a_syntax_error_is_a_failure_that_names_the_place(decide):
    evaluation = decide(decision(context(("a", literal("1 +")))))
    assert evaluation.value == {"a": None}
    assert evaluation.failed.path == "d / a"
    assert "不完整" in evaluation.failed.message_zh


def test_a_context_entry_sees_those_before_it(check):
    check({"a": 1, "b": 2}, decision(context(("a", literal("1")), ("b", literal("a + 1")))))


def test_a_context_with_a_result_is_its_result(check):
    check(3, decision(context(("a", literal("1")), (None, literal("a + 2")))))


def test_names_of_context_entries_may_hold_operators(check):
    check(5, decision(context(("net-income", literal("4")), (None, literal("net-income + 1")))))


def test_a_list_has_the_values_of_its_items(check):
    check([1, "x", {"a": None}], decision(f"<list>{literal('1')}{literal(chr(34) + 'x' + chr(34))}"
                                          f"{context(('a', literal('null')))}</list>"))  # fmt: skip


def test_a_relation_is_a_list_of_contexts(check):
    columns = '<column name="a" typeRef="number"/><column name="b c"/>'
    rows = f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('null')}</row>"
    relation = f"<relation>{columns}{rows}</relation>"
    check([{"a": 1, "b c": 2}, {"a": 3, "b c": None}], decision(relation))


def test_a_relation_cell_of_the_wrong_type_is_null(decide):
    relation = f'<relation><column name="a" typeRef="number"/><row>{literal("true")}</row></relation>'
    evaluation = decide(decision(relation))
    assert evaluation.value == [{"a": None}]
    assert evaluation.failed.path == "d / row 1 / a"


def test_an_invocation_passes_arguments_by_name(check):
    double = function({"x": "number", "y": "number"}, literal("x - y"))
    check(7, decision(context(("f", double), (None, invocation("f", y="3", x="10")))))
    check("ab", decision(invocation("substring", string='"abc"', **{"start position": "1", "length": "2"})))


@pytest.mark.parametrize("arguments", [{"x": "1"}, {"x": "1", "z": "2"}, {"x": '"a"', "y": "1"}])
def test_an_invocation_with_wrong_arguments_is_null(decide, arguments):
    double = function({"x": "number", "y": "number"}, literal("1"))
    body = context(("f", double), (None, invocation("f", **arguments)))
    assert decide(decision(body)).value is None


def test_only_functions_are_invoked(decide):
    assert decide(decision(invocation("1", x="2"))).failed.message == "what is invoked is no function"


def test_functions_see_themselves_and_what_is_around_them(check):
    factorial = function({"n": "number"}, literal("if n <= one then one else n * f(n - 1)"))
    check(120, decision(context(("one", literal("1")), ("f", factorial), (None, literal("f(5)")))))


def test_a_parameter_may_have_a_dot_in_its_name(check):
    describe = function({"Person.Age": "number"}, literal("Person.Age + 1"))
    body = context(("Person", literal("{Age: 70}")), ("f", describe),
                   (None, invocation("f", **{"Person.Age": "Person.Age"})))  # fmt: skip
    check(71, decision(body))


def test_the_type_of_a_function_entry_is_that_of_its_results(decide):
    body = context(("is old", function({"age": "number"}, literal("age"))), (None, literal("is old(70)")))
    typed = body.replace('name="is old"', 'name="is old" typeRef="boolean"')
    evaluation = decide(decision(typed))
    assert (evaluation.value, evaluation.failed.message) == (None, "the result is no boolean")


@pytest.mark.parametrize("language", ["http://www.omg.org/spec/FEEL/20140401", "feel", ""])
def test_feel_has_many_names(check, language):
    check(2, decision(literal("1 + 1", f'expressionLanguage="{language}"')))


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_external_functions_are_not_run(decide, kind):
    foreign = function({"x": "number"}, context(("class", literal('"java.lang.Math"'))), kind)
    evaluation = decide(decision(context(("f", foreign), (None, literal("f(1)")))))
    assert evaluation.value is None
    assert evaluation.failed.message == f"functions of kind {kind.upper()} are not run"


def conditional(test):
    parts = (("if", test), ("then", '"yes"'), ("else", '"no"'))
    return f"<conditional>{''.join(f'<{tag}>{literal(text)}</{tag}>' for tag, text in parts)}</conditional>"


@pytest.mark.parametrize(("test", "value"), [("true", "yes"), ("false", "no"), ("null", "no")])
def test_a_conditional(check, test, value):
    check(value, decision(conditional(test)))


def test_a_condition_that_is_no_truth_value_is_a_failure(decide):
    evaluation = decide(decision(conditional('"true"')))
    assert (evaluation.value, evaluation.failed.path) == (None, "d")


def boxed_filter(source, match):
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


@pytest.mark.parametrize(
    ("source", "match", "value"),
    [
        ("[1,2,3]", "item > 1", [2, 3]),
        ("[{a: 1}, {a: 2}]", "a = 2", [{"a": 2}]),
        ("[{item: 1}, {item: 2}]", "item = 2", [{"item": 2}]),
        ("[1, null]", "item > 0", [1]),
        ("5", "item = 5", [5]),
        ("[]", "1", []),
    ],
)
def test_a_filter(check, source, match, value):
    check(value, decision(boxed_filter(source, match)))


def test_a_filter_by_what_is_no_truth_value_is_a_failure(decide):
    evaluation = decide(decision(boxed_filter("[1,2]", "1")))
    assert evaluation.value is None
    assert evaluation.failed.message == "the match is neither true nor false"


def iteration(kind, source, body):
    tag = "return" if kind == "for" else "satisfies"
    inside = f"<in>{literal(source)}</in><{tag}>{literal(body)}</{tag}>"
    return f'<{kind} iteratorVariable="x">{inside}</{kind}>'


@pytest.mark.parametrize(
    ("kind", "source", "body", "value"),
    [
        ("for", "[1,2]", "x * 2", [2, 4]),
        ("for", "[2..4]", "x", [2, 3, 4]),
        ("for", "[1,1,2,3]", "count(partial) + x", [1, 2, 4, 6]),
        ("for", "null", "x", None),
        ("some", "[1,2]", "x > 1", True),
        ("some", "[1,2]", "x > 2", False),
        ("every", "[1,2]", "x > 0", True),
        ("every", "[1,2]", "x > 1", False),
        ("every", "[1,2]", '"no truth"', None),
        ("every", "[]", "false", True),
    ],
)
def test_iterations(check, kind, source, body, value):
    check(value, decision(iteration(kind, source, body)))


def test_an_expression_has_the_type_it_names(check, decide):
    check(10, decision(literal("[10]", 'typeRef="number"')))
    evaluation = decide(decision(literal('"ten"', 'typeRef="number"')))
    assert (evaluation.value, evaluation.failed.message_zh) == (None, "值不符合类型“number”")


def test_missing_parts_are_failures(decide):
    assert decide(decision("<conditional><if/></conditional>")).failed.message == "an expression is missing"
    assert decide(decision("")).failed.message == "the decision has no logic"

"""Requirement graphs: what is evaluated, what a decision sees, knowledge models, services and imports."""

import pytest

from shared.dmn import DmnError, compile_model, read_model
from tests.shared.dmn.conftest import decision, given, literal, xml


def knowledge(name, parameters, text, *, knows=(), type_ref="Any"):
    formal = "".join(f'<formalParameter name="{key}" typeRef="{of}"/>' for key, of in parameters.items())
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knows
    )
    return (
        f'<businessKnowledgeModel name="{name}" id="{name}"><variable name="{name}" typeRef="{type_ref}"/>'
        f"<encapsulatedLogic>{formal}{literal(text)}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )


def service(name, outputs, *, inputs=(), decisions=(), type_ref="Any"):
    parts = [f'<outputDecision href="#{one}"/>' for one in outputs]
    parts += [f'<inputDecision href="#{one}"/>' for one in decisions]
    parts += [f'<inputData href="#{one}"/>' for one in inputs]
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decisionService name="{name}" id="{name}">{variable}{"".join(parts)}</decisionService>'


def test_each_required_decision_is_evaluated_once_and_no_other(decide):
    evaluation = decide(
        decision(literal("b + c"), needs=("b", "c")),
        decision(literal("x * 2"), name="b", needs=("x",)),
        decision(literal("x * 3"), name="c", needs=("x",)),
        decision(literal("7"), name="x"),
        decision(literal("1"), name="apart"),
    )
    assert evaluation.value == 35
    assert [record.name for record in evaluation.decisions] == ["x", "b", "c", "d"]


def test_declared_input_reaches_only_what_requires_it(decide, environment):
    elements = (given("a"), decision(literal("a"), needs=("i_a",)), decision(literal("a"), name="e"))
    assert decide(*elements, a=1).value == 1
    apart = compile_model(read_model(xml(*elements))).evaluate("e", {"a": 1}, environment)
    assert apart.value is None


def test_a_decision_is_found_by_id_and_by_name(environment):
    renamed = decision(literal("1")).replace('name="d" id="d"', 'name="费用 减免" id="d7"')
    compiled = compile_model(read_model(xml(renamed)))
    assert compiled.evaluate("d7", {}, environment).value == 1
    assert compiled.evaluate("费用 减免", {}, environment).value == 1
    with pytest.raises(DmnError):
        compiled.evaluate("d", {}, environment)


def test_names_with_operators_and_spaces_are_names_where_they_are_required(check):
    check(
        5,
        given("net-income"),
        given("if paid"),
        decision(literal("net-income + if paid"), needs=("i_net-income", "i_if paid")),
        **{"net-income": 2, "if paid": 3},
    )


def test_input_of_the_wrong_type_is_null_with_a_failure(decide):
    elements = (given("a", "number"), decision(literal("a"), needs=("i_a",)))
    assert decide(*elements, a=[4]).value == 4
    evaluation = decide(*elements, a="4")
    assert (evaluation.value, evaluation.failed.element_id) == (None, "i_a")


def test_missing_input_is_null_or_an_error_as_the_environment_says(decide, environment):
    elements = (given("a", "number"), decision(literal("a = null"), needs=("i_a",)))
    assert decide(*elements).value is True
    environment.missing = "error"
    evaluation = decide(*elements)
    assert (evaluation.value, evaluation.failed.message_zh) == (None, "没有输入“a”")


@pytest.mark.parametrize("elements", [
    (decision(literal("1"), needs=("d",)),),
    (decision(literal("1"), needs=("b",)), decision(literal("1"), name="b", needs=("d",))),
])  # fmt: skip
def test_circles_are_problems_and_end(elements, decide):
    problems = compile_model(read_model(xml(*elements))).problems
    (problem,) = problems
    assert "requires itself" in problem.message
    evaluation = decide(*elements)
    assert (evaluation.value, evaluation.failed) == (1, problem)


def test_a_reference_to_nothing_is_a_problem_and_a_failure(decide):
    (problem,) = compile_model(read_model(xml(decision(literal("1"), needs=("gone",))))).problems
    assert decide(decision(literal("1"), needs=("gone",))).failed == problem
    assert (problem.element_id, problem.message) == ("d", "the reference #gone leads nowhere")


def test_knowledge_models_are_functions_for_those_that_require_them(check, decide):
    elements = (
        knowledge("f", {"n": "number"}, "g(n) + 1", knows=("g",)),
        knowledge("g", {"n": "number"}, "if n = 0 then 0 else g(n - 1) + 2"),
    )
    check(7, decision(literal("f(3)"), knows=("f",)), *elements)
    assert decide(decision(literal("f(3)")), *elements).value is None
    assert decide(decision(literal('f("3")'), knows=("f",)), *elements).value is None


def test_a_knowledge_model_is_evaluated_on_its_own(environment):
    compiled = compile_model(read_model(xml(knowledge("f", {"n": "number"}, "n + 1"))))
    assert compiled.evaluate_service("f", {"n": 1, "other": 2}, environment).value == 2


SERVICE = (
    service("s", ("out",), inputs=("i_a",), decisions=("b",)),
    given("a", "number"),
    decision(literal("[a, b]"), name="out", needs=("i_a", "b")),
    decision(literal('"computed"'), name="b", type_ref="string"),
)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ('s(1, "given")', [1, "given"]),
        ('s(b: "given", a: 1)', [1, "given"]),
        ("s(1)", None),
        ('s("1", "given")', None),
        ('s(c: 1, b: "x")', None),
    ],
)
def test_a_service_is_a_function_of_its_input_data_and_decisions(decide, call, value):
    assert decide(decision(literal(call), knows=("s",)), *SERVICE, a=9).value == value


def test_a_call_of_a_service_leaves_the_caller_its_own_values(check):
    body = literal('[s(1, "given"), a, b]')
    check([[1, "given"], 9, "computed"], decision(body, needs=("i_a", "b"), knows=("s",)), *SERVICE, a=9)


def test_a_service_is_evaluated_with_variables_as_arguments(environment):
    compiled = compile_model(read_model(xml(*SERVICE)))
    assert compiled.evaluate_service("s", {"a": 2, "b": "x"}, environment).value == [2, "x"]
    wrong = compiled.evaluate_service("s", {"a": "2", "b": "x"}, environment)
    assert wrong.value == [None, "x"]
    assert wrong.failed
    assert wrong.failed.message == "the value is no number"


def test_a_service_without_its_output_fails(environment):
    compiled = compile_model(read_model(xml(service("s", ("gone",)))))
    assert compiled.evaluate_service("s", {}, environment).failed == compiled.problems[0]


def test_a_service_with_several_outputs_gives_a_context(environment):
    elements = (service("s", ("x", "y")), decision(literal("1"), name="x"), decision(literal("2"), name="y"))
    evaluation = compile_model(read_model(xml(*elements))).evaluate_service("s", {}, environment)
    assert evaluation.value == {"x": 1, "y": 2}


def imported(name, namespace="urn:other", kind="https://www.omg.org/spec/DMN/20230324/MODEL/"):
    return f'<import name="{name}" namespace="{namespace}" importType="{kind}"/>'


OTHER = xml(
    '<itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>',
    given("age", "tAge"),
    decision(literal("age + 1"), name="next age", needs=("i_age",)),
    knowledge("double", {"n": "tAge"}, "n * 2"),
    namespace="urn:other",
)


def test_imported_elements_and_types_are_known_by_the_name_of_the_import(decide):
    needs = ("urn:other#next age", "urn:other#i_age")
    body = literal("[o.next age, o.age instance of o.tAge]")
    required = decision(body, needs=needs).replace(
        'requiredDecision href="urn:other#i_age"', 'requiredInput href="urn:other#i_age"'
    )
    assert decide(imported("o"), required, imports=[OTHER], age=3).value == [4, True]
    assert decide(imported("o"), required, imports=[OTHER], o={"age": 5}).value == [6, True]


def test_without_a_name_what_is_imported_becomes_part_of_the_model(decide):
    elements = (imported(""), decision(literal("double(next age)"), needs=("next age",), knows=("double",)))
    assert decide(*elements, imports=[OTHER], age=3).value == 8
    own = decision(literal("10"), name="next age")
    assert decide(*elements, own, imports=[OTHER], age=3).value == 20


def test_models_may_import_one_another(decide):
    back = xml(imported("", "urn:main"), decision(literal("2"), name="b"), namespace="urn:other")
    assert decide(imported(""), decision(literal("b"), needs=("b",)), imports=[back]).value == 2
    assert decide(imported("", "urn:main"), decision(literal("3"))).value == 3


def test_a_missing_import_is_a_problem():
    (problem,) = compile_model(read_model(xml(imported("o"), decision(literal("1"))))).problems
    assert problem.message == "the imported model o is not there"

"""Types: what conforms, what is converted (§10.3.2.9.4), and what becomes null with a failure."""

from datetime import UTC, date, datetime

import pytest

from shared.dmn import compile_model, read_model
from shared.feel.temporal import read_any
from tests.shared.dmn.conftest import decision, literal, xml

TYPES = """
<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"优", "良"</text></allowedValues></itemDefinition>
<itemDefinition name="tGrades" isCollection="true"><typeRef>string</typeRef>
  <allowedValues><text>"优", "良"</text></allowedValues>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="tAlias"><typeRef>tPerson</typeRef></itemDefinition>
<itemDefinition name="tPerson">
  <itemComponent name="name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="net-income"><typeRef>number</typeRef></itemComponent>
  <itemComponent name="friends" isCollection="true"><typeRef>tPerson</typeRef></itemComponent>
</itemDefinition>
<itemDefinition name="tTest"><functionItem outputTypeRef="boolean">
  <parameters name="n" typeRef="number"/></functionItem></itemDefinition>
"""
LEI = '{name: "雷", net-income: 1, friends: []}'


@pytest.mark.parametrize(
    ("type_ref", "text", "value"),
    [
        ("number", "1", 1),
        ("number", "[1]", 1),
        ("number", "null", None),
        ("integer", "1", 1),
        ("string", '["a"]', "a"),
        ("dateTime", 'date("2024-02-29")', datetime(2024, 2, 29, tzinfo=UTC)),
        ("date", 'date("2024-02-29")', date(2024, 2, 29)),
        ("dateTime", "date(99999, 1, 1)", read_any("99999-01-01T00:00:00Z")),
        ("tNumbers", "1", [1]),
        ("tNumbers", "[1, 2]", [1, 2]),
        ("tNumbers", "[]", []),
        ("tNumbers", "[1, null]", [1, None]),
        ("list<number>", "[1]", [1]),
        ("tGrade", '"良"', "良"),
        ("tGrades", '["优", "良"]', ["优", "良"]),
        ("tPerson", LEI, {"name": "雷", "net-income": 1, "friends": []}),
        ("tAlias", f"[{LEI}]", {"name": "雷", "net-income": 1, "friends": []}),
        ("tPerson", '{name: null, net-income: null, friends: null, more: 1}',
         {"name": None, "net-income": None, "friends": None, "more": 1}),
    ],
)  # fmt: skip
def test_values_that_conform_or_are_converted(decide, type_ref, text, value):
    evaluation = decide(TYPES, decision(literal(text), type_ref=type_ref.replace("<", "&lt;")))
    assert (evaluation.failed, evaluation.value) == (None, value)


@pytest.mark.parametrize(
    ("type_ref", "text"),
    [
        ("number", '"1"'),
        ("number", "[1, 2]"),
        ("number", '["1"]'),
        ("date", 'date and time("2024-02-29T00:00:00")'),
        ("tNumbers", '"1"'),
        ("tNumbers", '[1, "2"]'),
        ("tGrade", '"差"'),
        ("tGrades", '["优", "差"]'),
        ("tGrades", '["优", "优", "优"]'),
        ("tPerson", '{name: "雷", net-income: 1}'),
        ("tPerson", '{name: "雷", net-income: "1", friends: []}'),
        ("tPerson", '{name: "雷", net-income: 1, friends: [1]}'),
        ("tTest", "1"),
    ],
)
def test_values_that_become_null_with_a_failure(decide, type_ref, text):
    evaluation = decide(TYPES, decision(literal(text), type_ref=type_ref))
    assert evaluation.value is None
    assert evaluation.failed.message == f"the value is no {type_ref}"


def test_types_are_known_to_instance_of_which_leaves_allowed_values_aside(check):
    text = (
        f'[{LEI} instance of tPerson, "差" instance of tGrade, 1 instance of tGrade, null instance of tGrade]'
    )
    check([True, True, False, False], TYPES, decision(literal(text)))


def test_types_are_known_to_parameters_of_functions(check):
    text = f"{{f: function(p: tPerson) p.net-income, r: [f({LEI}), f(1)]}}.r"
    check([1, None], TYPES, decision(literal(text)))


def test_a_function_conforms_to_a_function_type(decide):
    evaluation = decide(TYPES, decision(literal("function(n: number) n > 1"), type_ref="tTest"))
    assert evaluation.failed is None


def test_names_of_components_may_hold_operators(check):
    check(4, TYPES, decision(literal("p.net-income + 3")), p={"net-income": 1})


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ('<itemDefinition name="t"><typeRef>tGone</typeRef></itemDefinition>', "there is no type tGone"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "the type is defined by itself"),
        ('<itemDefinition name="t"><typeRef>number</typeRef><allowedValues><text>1,,2</text></allowedValues>'
         "</itemDefinition>", "unexpected ',' (position 2)"),
    ],
)  # fmt: skip
def test_faulty_definitions_are_problems_and_allow_anything(decide, definition, message):
    elements = (definition, decision(literal("1"), type_ref="t"))
    problems = compile_model(read_model(xml(*elements))).problems
    assert [problem.message for problem in problems] == [message]
    assert decide(*elements).value == 1

"""A form file with a fault is told so before anybody opens it."""

import json
from pathlib import Path

import pytest

from shared.forms import check_form
from shared.forms.components import INPUTS
from tests.shared.forms.sample_forms import a_component, a_form, an_option_list

FORMS = sorted((Path(__file__).parents[3] / "workflows" / "forms").glob("*.form"))


def reasons(*components) -> list[str]:
    return [problem.reason_en for problem in check_form(a_form(*components))]


def test_one_of_everything_is_fine():
    inputs = [
        a_component("textfield", key="a", validate={"pattern": r"^\d{6}$", "maxLength": 6}),
        a_component("textfield", key="b", properties={"check": "cn.ric", "kind": "kind"}),
        a_component("select", key="kind", values=an_option_list("passport")),
        a_component("radio", key="c", valuesKey="matters"),
        a_component("checklist", key="d", values=an_option_list("x", "y")),
        a_component("number", key="e", decimalDigits=2, validate={"min": 0, "max": 0}),
        a_component("datetime", key="f", subtype="date", dateLabel="日期"),
        a_component("filepicker", key="g"),
        a_component("checkbox", key="中文名", conditional={"hide": '=kind = "passport" and e > 3'}),
    ]
    row = [a_component(key="a"), a_component(key="b", conditional={"hide": "=this.a = null or e > i"})]
    assert (
        check_form(
            a_form(
                {"type": "text", "text": "## 须知"},
                {"type": "html", "content": "文字"},
                {"type": "separator"},
                {"type": "spacer", "height": 60},
                {"type": "group", "label": "组", "components": inputs},
                a_component("dynamiclist", path="rows", components=row),
                a_component("textarea", key="locked", readonly=True, conditional={"hide": "=locked = null"}),
            )
        )
        == []
    )


@pytest.mark.parametrize("form", [None, [], "x", {}, {"id": "x"}, {"id": "x", "components": {}}])
def test_not_a_form(form):
    assert [problem.reason_en for problem in check_form(form)] == ["not a form: components is missing"]


@pytest.mark.parametrize("name", [None, "", 7, "x" * 101])
def test_a_form_has_an_id(name):
    assert [p.reason_en for p in check_form({"id": name, "components": []})] == ["the form has no id"]


@pytest.mark.parametrize("component", [None, "text", {}, {"type": 3}])
def test_a_component_has_a_type(component):
    assert reasons(component) == ["a component has no type"]


@pytest.mark.parametrize("kind", ["button", "image", "iframe", "taglist", "table", "expression", "script"])
def test_unknown_component_types(kind):
    assert reasons(a_component(kind)) == [f"component type not supported: {kind}"]
    assert reasons({"type": "group", "components": [a_component(kind)]}) != []


def test_depth_and_number_of_components():
    deep = a_component()
    for _ in range(6):
        deep = {"type": "group", "components": [deep]}

    assert reasons(deep) == ["no components inside, or too deep"]
    assert reasons({"type": "group"}) == ["no components inside, or too deep"]
    assert reasons(*[{"type": "separator"}] * 300) == []
    assert reasons(*[{"type": "separator"}] * 301) == ["more than 300 components"]


@pytest.mark.parametrize(
    "key", [None, "", "a.b", "a-b", "1a", "_add", "a b", "x" * 65, "csrf_token", "Meta", "this", 5]
)
def test_names_that_cannot_be_used(key):
    assert len(reasons(a_component(key=key))) == 1


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_every_input_needs_a_label(kind):
    more = {"values": an_option_list("a"), "components": []}

    assert reasons(a_component(kind, **more)) == []
    assert reasons(a_component(kind, **more) | {"label": " "}) == ["the label is missing"]


def test_the_same_name_twice():
    inner = {"type": "group", "components": [a_component()]}

    assert reasons(a_component(), inner) == ["the key answer is used more than once"]
    assert reasons(a_component(), a_component("dynamiclist", path="rows", components=[a_component()])) == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"validate": {"min": "=1"}}, "min and max must be numbers"),
        ({"validate": {"minLength": -1}}, "minLength and maxLength must be numbers"),
        ({"validate": {"minLength": 3, "maxLength": 2}}, "minLength is larger than maxLength"),
        ({"validate": {"min": True}}, "min and max must be numbers"),
        ({"validate": []}, None),
        ({"validate": "required"}, "validate is not an object"),
        ({"validate": {"pattern": "^(a+)+$"}}, "pattern refused: a repeated group with choices inside"),
        ({"validate": {"pattern": r"\d+"}}, "pattern refused: must begin with ^ and end with $"),
        ({"validate": {"validationType": "url"}}, "validationType is not supported"),
        ({"properties": {"check": "cn.unknown"}}, "the named check does not exist, or not for this type"),
        ({"properties": {"kind": "other"}}, "kind goes with cn.ric only"),
        ({"properties": {"autocomplete": "cc-number"}}, "autocomplete is not supported"),
        ({"properties": "x"}, "properties is not an object"),
        ({"conditional": {"hide": 3}}, "conditional.hide is not an expression"),
    ],
)
def test_settings_of_a_text_field(settings, reason):
    assert reasons(a_component(**settings)) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        (a_component("textarea", validate={"pattern": "^a$"}), "only a text field takes a pattern"),
        (
            a_component("number", properties={"check": "cn.ric"}),
            "the named check does not exist, or not for this type",
        ),
        (a_component("number", decimalDigits=7), "decimalDigits must be 0 to 6"),
        (a_component("number", serializeToString=True), "serializeToString is not supported"),
        (a_component("datetime", subtype="datetime"), "only dates are supported"),
        (a_component("radio"), "every option needs a label and a value that is a text"),
        (
            a_component("radio", values=[{"label": "甲", "value": 1}]),
            "every option needs a label and a value that is a text",
        ),
        (a_component("radio", values=an_option_list("a", "a")), "two options have the same value"),
        (a_component("select", valuesExpression="=xs"), "valuesExpression is not supported"),
        (
            a_component("select", valuesKey="m", values=an_option_list("a")),
            "options come from values or from valuesKey, not both",
        ),
        ({"type": "group", "path": "a", "components": []}, "a group with a path is not supported"),
        (
            a_component("dynamiclist", components=[], defaultRepetitions=0),
            "defaultRepetitions must be 1 to 20",
        ),
        ({"type": "text", "text": "=name"}, "expressions in a text are not supported"),
        ({"type": "text", "text": "您好 {{name}}"}, "expressions in a text are not supported"),
        ({"type": "html", "content": "<script>"}, "HTML tags in a text are not supported"),
        ({"type": "text", "text": " "}, "the text is empty"),
    ],
)
def test_settings_of_other_components(component, reason):
    assert reason in reasons(component)


def test_a_list_inside_a_list():
    inner = {"type": "group", "components": [a_component("dynamiclist", path="inner", components=[])]}

    assert "a list inside a list is not supported" in reasons(a_component("dynamiclist", components=[inner]))


@pytest.mark.parametrize("condition", ["=kind ==", "=(", "=kind = ", "= 1 +* 2"])
def test_a_condition_that_does_not_parse(condition):
    found = check_form(a_form(a_component(conditional={"hide": condition})))

    assert [problem.component for problem in found] == ["answer"]
    assert found[0].reason_zh.startswith("隐藏条件写错了")


def test_a_condition_over_unknown_names():
    assert reasons(a_component(conditional={"hide": "=age > 60"})) == [
        "the condition reads unknown fields: age"
    ]
    assert reasons(a_component(conditional={"hide": "=this.age > 60"})) != []


def test_an_input_cannot_depend_on_what_is_only_shown():
    locked = a_component(key="locked", readonly=True)

    assert reasons(locked, a_component(conditional={"hide": "=locked = null"})) == [
        "the condition of an input reads read-only fields: locked"
    ]
    assert reasons(locked, {"type": "text", "text": "x", "conditional": {"hide": "=locked = null"}}) == []


def test_conditions_that_go_round_in_a_circle():
    first = a_component(key="a", conditional={"hide": "=b = null"})
    second = a_component(key="b", conditional={"hide": "=c = null"})
    third = a_component(key="c", conditional={"hide": "=a = null"})

    assert len(reasons(first, second, third)) == 3
    assert reasons(first, second, a_component(key="c")) == []
    assert len(reasons(a_component(conditional={"hide": "=answer = null"}))) == 1


def test_the_field_that_tells_the_kind_of_document_exists():
    number = a_component(properties={"check": "cn.ric", "kind": "kind"})

    assert reasons(number) == ["the field kind that tells the kind does not exist"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_forms_of_the_delivered_models_can_be_deployed(path):
    assert check_form(json.loads(path.read_text())) == []

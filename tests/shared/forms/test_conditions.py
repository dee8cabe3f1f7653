"""Fields hidden by answers: not asked, not accepted, and of no influence."""

from datetime import UTC, datetime

import pytest

from shared.feel import Environment
from shared.forms.components import Field
from shared.forms.conditions import hidden_keys
from tests.shared.forms.sample_forms import a_component, a_form, an_option_list, loaded, page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KIND = a_component("radio", key="kind", values=an_option_list("person", "firm"))


def hidden_unless(condition: str, **settings):
    return {"conditional": {"hide": condition}, "validate": {"required": True}, **settings}


FORM = a_form(
    KIND,
    a_component(key="firm_name", label="单位名称", **hidden_unless('=kind != "firm"')),
    a_component(key="seal", label="印章", **hidden_unless('=firm_name != "甲公司"')),
)


def test_a_visible_required_field_is_asked_for():
    assert loaded(FORM, {"kind": "firm"}) == {"errors": {"firm_name": ["请填写此项"]}}


def test_a_hidden_field_is_not_asked_for():
    assert loaded(FORM, {"kind": "person"}) == {"kind": "person"}


def test_a_value_for_a_hidden_field_is_dropped():
    assert loaded(FORM, {"kind": "person", "firm_name": "偷带"}) == {"kind": "person"}


def test_a_wrong_value_for_a_hidden_field_does_not_matter():
    assert loaded(FORM, {"kind": "person", "firm_name": {"not": "a text"}}) == {"kind": "person"}


def test_a_hidden_field_cannot_open_another_one():
    assert loaded(FORM, {"kind": "person", "firm_name": "甲公司", "seal": "偷带"}) == {"kind": "person"}
    assert loaded(FORM, {"kind": "firm", "firm_name": "甲公司"}) == {"errors": {"seal": ["请填写此项"]}}


def test_conditions_see_answers_in_their_written_form():
    form = a_form(
        a_component(key="number", properties={"check": "cn.mobile"}),
        a_component(key="why", **hidden_unless('=number != "13800138000"')),
    )

    assert loaded(form, {"number": "１３８ ００１３ ８０００"}) == {"errors": {"why": ["请填写此项"]}}


def test_a_condition_may_ask_for_a_later_field():
    form = a_form(a_component(key="note", **hidden_unless('=kind != "firm"')), KIND)

    assert loaded(form, {"kind": "person", "note": "偷带"}) == {"kind": "person"}
    assert loaded(form, {"kind": "firm"}) == {"errors": {"note": ["请填写此项"]}}


def test_a_group_hides_what_is_in_it():
    group = {"type": "group", "label": "单位", "components": [a_component(validate={"required": True})]}
    form = a_form(KIND, group | {"conditional": {"hide": '=kind != "firm"'}})

    assert loaded(form, {"kind": "person", "answer": "偷带"}) == {"kind": "person"}
    assert loaded(form, {"kind": "firm"}) == {"errors": {"answer": ["请填写此项"]}}
    assert not page(form, {"kind": "person"}).xpath("//*[@name='answer'] | //legend[.='单位']")
    assert page(form, {"kind": "firm"}).xpath("//*[@name='answer']")


@pytest.mark.parametrize("condition", ['=kind != "firm"', '=this.kind != "firm"', '=parent.side != "firm"'])
def test_rows_see_themselves_and_the_form(condition):
    side = KIND | {"key": "side"}
    row = [KIND, a_component(key="legal_name", **hidden_unless(condition))]
    form = a_form(side, a_component("dynamiclist", components=row))
    person = {"side": "person", "answer": [{"kind": "person", "legal_name": "偷带"}]}
    firm = {"side": "firm", "answer": [{"kind": "firm"}]}

    assert loaded(form, person) == {"side": "person", "answer": [{"kind": "person"}]}
    assert loaded(form, firm) == {"errors": {"answer": {0: {"legal_name": ["请填写此项"]}}}}


def test_a_read_only_field_says_nothing_to_conditions():
    form = a_form(KIND | {"readonly": True}, a_component(**hidden_unless('=kind = "firm"')))

    assert loaded(form, {"kind": "firm"}) == {"errors": {"answer": ["请填写此项"]}}


def test_a_condition_that_cannot_be_computed_hides_nothing():
    fields = [Field(a_component(), ('=answer.length.of.nothing = "x"',))]

    assert hidden_keys(fields, {"answer": 3}, Environment(now=lambda: NOW)) == frozenset()


def test_fields_without_conditions_need_no_clock():
    form = a_form(a_component(), a_component("datetime", key="day"))

    assert loaded(form, {"answer": "甲", "day": "2026-01-01"}) == {"answer": "甲", "day": "2026-01-01"}


def test_a_condition_that_asks_for_the_time_needs_a_clock():
    form = a_form(
        a_component(), a_component(key="late", conditional={"hide": '=today() < date("2026-01-01")'})
    )

    assert loaded(form, {}, environment=Environment(now=lambda: NOW)) == {"answer": None, "late": None}
    before = Environment(now=lambda: datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    assert loaded(form, {}, environment=before) == {"answer": None}
    with pytest.raises(LookupError, match="environment"):
        loaded(form, {})

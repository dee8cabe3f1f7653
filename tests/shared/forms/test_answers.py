"""Each input component accepts what it should and says in Chinese what is wrong otherwise."""

from datetime import UTC, datetime

import pytest

from shared.feel import Environment
from tests.shared.forms.sample_forms import (
    FILE,
    OTHER_FILE,
    a_component,
    a_form,
    an_option_list,
    loaded,
    messages,
)

NEW_YEAR_IN_SHANGHAI = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # already 1 January 2026 there
ENVIRONMENT = Environment(now=lambda: NEW_YEAR_IN_SHANGHAI)


def accepted(component, value):
    return loaded(a_form(component), {"answer": value})["answer"]


@pytest.mark.parametrize(
    ("component", "nothing", "message"),
    [
        (a_component("textfield"), "", "请填写此项"),
        (a_component("textfield"), " 　\t", "请填写此项"),
        (a_component("textarea"), None, "请填写此项"),
        (a_component("number"), None, "请填写此项"),
        (a_component("checkbox"), False, "请勾选此项"),
        (a_component("radio", values=an_option_list("a")), None, "请选择此项"),
        (a_component("select", values=an_option_list("a")), "", "请选择此项"),
        (a_component("checklist", values=an_option_list("a")), [], "请选择此项"),
        (a_component("datetime"), None, "请填写此项"),
        (a_component("filepicker"), [], "请上传此项"),
        (a_component("dynamiclist", components=[]), [], "请至少填写一项"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_a_required_field_wants_an_answer_and_an_optional_one_does_not(component, nothing, message):
    required = component | {"validate": {"required": True}}

    assert messages(a_form(required), nothing) == [message]
    assert loaded(a_form(required), {}) == {"errors": {"answer": [message]}}
    assert messages(a_form(component), nothing) is None
    assert loaded(a_form(component), {})["answer"] in (None, False, [])


@pytest.mark.parametrize("kind", ["textfield", "textarea"])
def test_length_of_a_text(kind):
    form = a_form(a_component(kind, validate={"minLength": 2, "maxLength": 4}))

    assert messages(form, "一") == ["至少填写 2 个字"]
    assert messages(form, "一二") is None
    assert messages(form, "一二三四") is None
    assert messages(form, "一二三四五") == ["最多填写 4 个字，现在有 5 个字"]


@pytest.mark.parametrize(("kind", "limit"), [("textfield", 500), ("textarea", 5000)])
def test_a_text_without_a_limit_has_one_all_the_same(kind, limit):
    assert messages(a_form(a_component(kind)), "字" * limit) is None
    assert messages(a_form(a_component(kind)), "字" * (limit + 1)) is not None


@pytest.mark.parametrize("value", [1, True, ["文字"], {"文": "字"}])
def test_a_text_is_a_text(value):
    assert messages(a_form(a_component()), value) == ["格式不正确"]


def test_a_text_that_cannot_be_stored_is_refused():
    assert messages(a_form(a_component()), "\ud800") == ["含有无法保存的字符"]


def test_a_pattern_matches_the_whole_answer():
    rule, message = {"pattern": r"^\d{6}$"}, {"patternMessage": "邮政编码是 6 位数字"}
    component = a_component(validate=rule, properties=message)
    form = a_form(component)

    assert accepted(component, "２１０００8") == "210008"
    assert messages(form, "2100081") == ["邮政编码是 6 位数字"]
    assert messages(form, "21000") == ["邮政编码是 6 位数字"]


def test_email():
    form = a_form(a_component(validate={"validationType": "email"}))

    assert messages(form, "wang@example.com") is None
    assert messages(form, "ｗang@example.com") is None
    assert messages(form, "wang") == ["电子邮箱地址不正确，例如 name@example.com"]


def test_running_text_keeps_chinese_punctuation_and_loses_what_nobody_sees():
    dirty = "  老板说：“没钱”（２０２５年）\u202e\x00\r\n第二行  "

    assert accepted(a_component("textarea"), dirty) == "老板说：“没钱”（２０２５年）\n第二行"
    assert accepted(a_component("textfield"), dirty) == "老板说：“没钱”（２０２５年） 第二行"


@pytest.mark.parametrize(
    ("value", "message"),
    [(0, None), (-1, "不能小于 0"), (100, None), (101, "不能大于 100"), (1.5, "请填写整数"), (7.0, None)],
)
def test_a_whole_number_between_bounds(value, message):
    form = a_form(a_component("number", validate={"min": 0, "max": 100}))

    assert messages(form, value) == ([message] if message else None)


@pytest.mark.parametrize("value", ["12", True, [1], {}])
def test_a_number_is_a_number(value):
    assert messages(a_form(a_component("number")), value) == ["请填写数字"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**15 + 1, -(10**400)])
def test_a_number_has_a_size(value):
    assert messages(a_form(a_component("number")), value) == ["数字太大"]


def test_decimal_digits():
    form = a_form(a_component("number", decimalDigits=2))

    assert loaded(form, {"answer": 1.25}) == {"answer": 1.25}
    assert messages(form, 1.255) == ["最多填写 2 位小数"]
    assert isinstance(loaded(a_form(a_component("number")), {"answer": 7.0})["answer"], int)


@pytest.mark.parametrize("value", ["true", "on", 2, []])
def test_a_checkbox_is_true_or_false(value):
    assert messages(a_form(a_component("checkbox")), value) == ["格式不正确"]
    assert accepted(a_component("checkbox"), True) is True


@pytest.mark.parametrize("kind", ["radio", "select"])
def test_one_of_the_options(kind):
    component = a_component(kind, values=an_option_list("a", "b"))

    assert accepted(component, "b") == "b"
    assert messages(a_form(component), "c") == ["请从列出的选项中选择"]
    assert messages(a_form(component), ["a"]) == ["格式不正确"]


def test_options_of_the_server():
    component = a_component("select", valuesKey="matters")

    assert accepted(component, "wage") == "wage"
    assert messages(a_form(component), "divorce") == ["请从列出的选项中选择"]
    with pytest.raises(LookupError, match="unknown_list"):
        loaded(a_form(a_component("select", valuesKey="unknown_list")), {})


def test_a_checklist_takes_each_option_once():
    component = a_component("checklist", values=an_option_list("a", "b"))

    assert accepted(component, ["b", "a"]) == ["b", "a"]
    assert messages(a_form(component), ["a", "c"]) == {1: ["请从列出的选项中选择"]}
    assert messages(a_form(component), ["a", "a"]) == ["同一项只能出现一次"]
    assert messages(a_form(component), "a") == ["格式不正确"]


@pytest.mark.parametrize("value", ["2024-02-29", "1900-01-01", "２０２６-01-01"])
def test_a_date(value):
    assert messages(a_form(a_component("datetime")), value) is None


@pytest.mark.parametrize(
    "value", ["2023-02-29", "2024-13-01", "20240101", "2024-1-1", "24-01-01", "1899-12-31", "明天"]
)
def test_not_a_date(value):
    wanted = ["请填写完整、真实的日期，例如 2026 年 3 月 27 日"]

    assert messages(a_form(a_component("datetime")), value) == wanted


def test_dates_are_compared_with_today_in_shanghai():
    future = a_form(a_component("datetime", disallowPassedDates=True))
    past = a_form(a_component("datetime", properties={"disallowFutureDates": "true"}))

    assert messages(future, "2025-12-31", environment=ENVIRONMENT) == ["不能早于今天"]
    assert messages(future, "2026-01-01", environment=ENVIRONMENT) is None
    assert messages(past, "2026-01-01", environment=ENVIRONMENT) is None
    assert messages(past, "2026-01-02", environment=ENVIRONMENT) == ["不能晚于今天"]


def test_files_are_ids_of_uploads():
    many = a_component("filepicker", multiple=True)

    assert accepted(many, [FILE, OTHER_FILE]) == [FILE, OTHER_FILE]
    assert messages(a_form(many), ["../../etc/passwd"]) == {0: ["文件无效，请重新上传"]}
    assert messages(a_form(many), [FILE, FILE]) == ["同一项只能出现一次"]
    assert messages(a_form(a_component("filepicker")), [FILE, OTHER_FILE]) == ["最多上传 1 项"]


def test_rows_of_a_list_are_checked_one_by_one():
    row = [a_component("textfield", key="name", validate={"required": True})]
    form = a_form(a_component("dynamiclist", components=row))

    assert loaded(form, {"answer": [{"name": "甲"}]}) == {"answer": [{"name": "甲"}]}
    assert messages(form, [{"name": "甲"}, {}]) == {1: {"name": ["请填写此项"]}}
    assert messages(form, [{"name": "甲", "role": "admin"}]) == {0: {"role": ["表单里没有这一项"]}}
    assert messages(form, ["甲"]) == {0: {"_schema": ["格式不正确"]}}
    assert messages(form, {"name": "甲"}) == ["格式不正确"]
    assert messages(form, [{"name": "甲"}] * 50) is None
    assert messages(form, [{"name": "甲"}] * 51) == ["最多填写 50 项"]


@pytest.mark.parametrize("answers", [None, [], "text", 1])
def test_answers_are_an_object(answers):
    assert loaded(a_form(a_component()), answers) == {"errors": {"_schema": ["格式不正确"]}}


def test_unknown_fields_are_refused():
    result = loaded(a_form(a_component()), {"answer": "甲", "approved": True})

    assert result == {"errors": {"approved": ["表单里没有这一项"]}}


def test_a_field_that_is_only_shown_is_never_accepted():
    form = a_form(
        a_component(key="number", readonly=True), a_component(key="fee", disabled=True), a_component()
    )

    assert loaded(form, {"answer": "甲", "number": "1", "fee": "0"}) == {"answer": "甲"}


@pytest.mark.parametrize("key", ["load", "fields", "form_fields", "environment", "prepare", "check_numbers"])
def test_a_field_may_be_named_like_a_part_of_the_schema(key):
    form = a_form(a_component(key=key, validate={"required": True}))

    assert loaded(form, {key: "甲"}) == {key: "甲"}
    assert loaded(form, {}) == {"errors": {key: ["请填写此项"]}}

"""The drawn form: labels, hints, messages and links are where a reader or a screen reader looks for them."""

from typing import Any

import pytest
from lxml import html

from shared.forms import render_answers
from tests.shared.forms.sample_forms import FILE, MATTERS, a_component, a_form, an_option_list, page

PROBE = "\"'><script>alert(1)</script>&{{7*7}}"
EVERY_INPUT = [
    a_component("textfield", key="one"),
    a_component("textarea", key="two"),
    a_component("number", key="three"),
    a_component("checkbox", key="four"),
    a_component("radio", key="five", values=an_option_list("a", "b")),
    a_component("select", key="six", values=an_option_list("a", "b")),
    a_component("checklist", key="seven", values=an_option_list("a", "b")),
    a_component("datetime", key="eight"),
    a_component("filepicker", key="nine"),
]


def ids(document):
    return document.xpath("//@id")


def test_every_input_has_a_label_and_no_id_is_used_twice():
    form = a_form(*EVERY_INPUT, a_component("dynamiclist", path="rows", components=EVERY_INPUT))
    document = page(form, {"rows": [{}, {}]})

    for element in document.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert document.xpath("//label[@for=$id]", id=element.get("id")), element.get("name")
    assert len(ids(document)) == len(set(ids(document)))


def test_every_problem_is_linked_to_its_first_input():
    form = a_form(*EVERY_INPUT, a_component("dynamiclist", path="rows", components=EVERY_INPUT))
    keys = [component["key"] for component in EVERY_INPUT]
    errors = {key: ["请填写此项"] for key in keys}
    document = page(form, {"rows": [{}, {}]}, errors | {"rows": {1: errors}})
    links = document.xpath("//div[contains(@class, 'govuk-error-summary')]//a/@href")

    assert document.xpath("//h2[contains(@class, 'error-summary')]")[0].text.strip() == "有问题需要您处理"
    assert len(links) == 2 * len(EVERY_INPUT)
    for link in links:
        target = document.get_element_by_id(link.removeprefix("#"))
        assert target.tag in {"input", "select", "textarea"}
        assert target.get("type") != "hidden"


def test_problems_follow_the_page_and_name_the_field():
    form = a_form(a_component(key="a", label="姓名"), a_component(key="b", label="电话"))
    document = page(form, {}, {"b": ["手机号码不正确"], "a": ["请填写此项"], "_schema": ["格式不正确"]})

    items = [li.text_content().strip() for li in document.xpath("//ul[contains(@class, 'error-summary')]/li")]
    assert items == ["格式不正确", "姓名：请填写此项", "电话：手机号码不正确"]


def test_a_message_stands_at_its_field_and_is_read_with_it():
    document = page(a_form(a_component(description="与证件一致")), {}, {"answer": ["请填写此项"]})
    described = document.get_element_by_id("f-answer").get("aria-describedby").split()

    texts = [document.get_element_by_id(name).text_content() for name in described]
    assert ["与证件一致" in texts[0], "请填写此项" in texts[1], "错误" in texts[1]] == [True, True, True]


def test_a_problem_of_a_whole_list_or_of_a_row_that_is_no_row():
    form = a_form(a_component("dynamiclist", label="对方", components=[a_component(key="name")]))

    whole = page(form, {}, {"answer": ["请至少填写一项"]})
    assert whole.xpath("//fieldset[@id='f-answer']//p[contains(@class, 'error-message')]")
    assert whole.xpath("//a[@href='#f-answer']")[0].text == "对方：请至少填写一项"
    row = page(form, {"answer": [1]}, {"answer": {0: {"_schema": ["格式不正确"]}}})
    assert row.xpath("//a[@href='#f-answer']")[0].text == "对方第 1 项：格式不正确"


def test_an_item_of_a_checklist_that_is_wrong_is_a_message_of_the_checklist():
    form = a_form(a_component("checklist", values=an_option_list("a")))
    document = page(form, {}, {"answer": {1: ["请从列出的选项中选择"]}})

    assert "请从列出的选项中选择" in document.get_element_by_id("f-answer-error").text_content()


@pytest.mark.parametrize("component", EVERY_INPUT, ids=lambda component: component["type"])
def test_texts_of_forms_and_people_are_escaped(component):
    hostile = component | {"label": PROBE, "description": PROBE, "values": [{"value": PROBE, "label": PROBE}]}
    hostile["appearance"] = {"prefixAdorner": PROBE, "suffixAdorner": PROBE}
    value = [PROBE] if component["type"] in {"checklist", "filepicker"} else PROBE
    files = {PROBE: {"name": PROBE, "href": "/intake/files/1"}}
    for form in (a_form(hostile), a_form(hostile | {"readonly": True})):
        document = page(form, {component["key"]: value}, {component["key"]: [PROBE]}, files=files)

        assert not document.xpath("//script")
        assert PROBE in document.text_content()
        assert "49" not in document.text_content()


def test_texts_around_the_fields_are_escaped():
    inner = [a_component(key="name")]
    form = a_form(
        {"type": "text", "text": PROBE},
        {"type": "html", "content": PROBE},
        {"type": "group", "label": PROBE, "description": PROBE, "components": []},
        a_component("dynamiclist", label=PROBE, description=PROBE, components=inner),
    )

    assert not page(form).xpath("//script")


def test_an_optional_field_says_so():
    document = page(a_form(a_component(key="a"), a_component(key="b", validate={"required": True})))

    assert [label.text.strip() for label in document.xpath("//label")] == ["问题（选填）", "问题"]


def test_default_values_are_shown_until_somebody_answers():
    form = a_form(a_component(defaultValue="南京"))

    assert page(form).get_element_by_id("f-answer").value == "南京"
    assert page(form, {"answer": None}).get_element_by_id("f-answer").get("value") in (None, "")


@pytest.mark.parametrize(
    ("component", "value", "shown"),
    [
        (a_component(), "甲", "甲"),
        (a_component("checkbox"), True, "是"),
        (a_component("checkbox"), False, "否"),
        (a_component("number"), 0, "0"),
        (a_component("radio", valuesKey="matters"), "wage", "劳动报酬"),
        (a_component("checklist", valuesKey="matters"), ["wage", "gone"], "劳动报酬、gone"),
        (a_component("filepicker"), [FILE], "证明.pdf"),
    ],
)
def test_a_field_that_is_only_shown(component, value, shown):
    files = {FILE: {"name": "证明.pdf", "href": "/intake/files/1"}}
    document = page(a_form(component | {"readonly": True}), {"answer": value}, None, MATTERS, files=files)

    assert document.xpath("//dd")[0].text_content().strip() == shown
    assert not document.xpath("//input | //select")


def test_answers_to_be_read_have_no_inputs_and_no_gaps():
    row = [a_component(key="name"), a_component(key="note")]
    form = a_form(
        {"type": "text", "text": "说明"},
        a_component(key="a", validate={"required": True}),
        a_component(key="b", conditional={"hide": "=a = null"}),
        a_component(key="gone"),
        a_component("dynamiclist", path="rows", label="名单", description="说明", components=row),
    )
    document: Any = html.fromstring(render_answers(form, {"a": "甲", "b": "乙", "rows": [{"name": "丙"}]}))

    assert [text.text_content().strip() for text in document.xpath("//dd")] == ["甲", "乙", "丙"]
    assert not document.xpath("//input[@type!='hidden'] | //button | //*[@id='form-fields']")
    assert "选填" not in document.text_content()
    assert "说明" not in document.text_content()


@pytest.mark.parametrize("value", [None, "", []])
def test_a_field_that_is_only_shown_is_left_out_while_empty(value):
    document = page(a_form(a_component(readonly=True), a_component(key="b")), {"answer": value})

    assert not document.xpath("//dl")
    assert len(document.xpath("//input")) == 1


def test_uploaded_files_are_named_linked_and_removable():
    form = a_form(a_component("filepicker", accept=".pdf,.jpg", multiple=True))
    document = page(
        form, {"answer": [FILE]}, files={FILE: {"name": "身份证.jpg", "href": f"/intake/files/{FILE}"}}
    )

    assert document.xpath("//a[.='身份证.jpg']/@href") == [f"/intake/files/{FILE}"]
    assert document.xpath("//input[@type='hidden' and @name='answer']/@value") == [FILE]
    assert document.xpath("//input[@name='answer-remove']/@value") == [FILE]
    upload = document.get_element_by_id("f-answer-upload")
    assert (upload.get("accept"), upload.get("multiple") is not None) == (".pdf,.jpg", True)


def test_rows_can_be_added_and_removed_by_buttons():
    form = a_form(a_component("dynamiclist", components=[a_component(key="name")]))
    buttons = page(form, {"answer": [{}, {}]}).xpath("//button")

    assert [(b.get("name"), b.get("value")) for b in buttons] == [
        ("_remove", "answer-0"),
        ("_remove", "answer-1"),
        ("_add", "answer"),
    ]
    fixed = a_form(a_component("dynamiclist", allowAddRemove=False, defaultRepetitions=3, components=[]))
    assert not page(fixed).xpath("//button")
    assert page(fixed).xpath("//input[@name='answer-rows']/@value") == ["3"]


def test_a_question_that_leads_to_others_has_a_button_for_readers_without_scripts():
    form = a_form(
        a_component("radio", key="kind", values=an_option_list("a", "b")),
        a_component(key="more", conditional={"hide": '=kind != "b"'}),
    )

    assert page(form).xpath("//*[@data-leads]//button/@name") == ["_refresh"]
    assert not page(form).xpath("//*[@name='more']")
    assert page(form, {"kind": "b"}).xpath("//*[@name='more']")


def test_keyboards_and_autofill_of_phones():
    form = a_form(
        a_component(key="phone", properties={"check": "cn.mobile", "autocomplete": "tel"}),
        a_component(key="mail", validate={"validationType": "email"}),
        a_component("number", key="money", decimalDigits=2, appearance={"suffixAdorner": "元"}),
        a_component("datetime", key="born", properties={"autocomplete": "bday"}),
    )
    document = page(form)

    assert document.get_element_by_id("f-phone").get("type") == "tel"
    assert document.get_element_by_id("f-phone").get("autocomplete") == "tel"
    assert document.get_element_by_id("f-mail").get("type") == "email"
    assert document.get_element_by_id("f-money").get("inputmode") == "decimal"
    assert document.get_element_by_id("f-born-year").get("autocomplete") == "bday-year"


def test_a_missing_list_of_options_is_the_fault_of_the_program():
    with pytest.raises(LookupError, match="unknown_list"):
        page(a_form(a_component("select", valuesKey="unknown_list")))


def test_options_may_carry_a_hint():
    values = [{"value": "a", "label": "劳动报酬", "hint": "包括加班费"}]

    assert "包括加班费" in page(a_form(a_component("radio", values=values))).text_content()

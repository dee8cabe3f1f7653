"""A posted page becomes the values that were drawn into it, whatever was typed."""

import pytest
from werkzeug.datastructures import MultiDict

from shared.forms import file_inputs, form_values, wants_redraw
from tests.shared.forms.sample_forms import (
    FILE,
    OTHER_FILE,
    a_component,
    a_form,
    an_option_list,
    loaded,
    posted_back,
)

ROW = [a_component(key="name", label="名称"), a_component("checkbox", key="urgent", label="紧急")]
LIST = a_form(a_component("dynamiclist", components=ROW))


@pytest.mark.parametrize(
    ("component", "value"),
    [
        (a_component("textfield"), "\"<b>&amp;' 引号"),
        (a_component("textarea"), "第一行\n  第二行\n\n</textarea><script>alert(1)</script>"),
        (a_component("number"), 0),
        (a_component("number", decimalDigits=2), 12.5),
        (a_component("checkbox"), True),
        (a_component("checkbox"), False),
        (a_component("radio", values=an_option_list("a", "b")), "b"),
        (a_component("select", values=an_option_list("a", "b")), "b"),
        (a_component("select", valuesKey="matters"), "injury"),
        (a_component("checklist", values=an_option_list("a", "b", "c")), ["a", "c"]),
        (a_component("datetime"), "2024-02-09"),
        (a_component("filepicker", multiple=True), [FILE, OTHER_FILE]),
        (
            a_component("dynamiclist", components=ROW),
            [{"name": "甲", "urgent": True}, {"name": "乙", "urgent": False}],
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_what_is_drawn_comes_back(component, value):
    form = a_form(component)

    assert posted_back(form, {"answer": value}) == {"answer": value}
    assert loaded(form, posted_back(form, {"answer": value})) == {"answer": value}


def test_a_group_changes_no_names():
    form = a_form({"type": "group", "label": "组", "components": [a_component("textarea")]})

    assert posted_back(form, {"answer": "一\n二"}) == {"answer": "一\n二"}


@pytest.mark.parametrize("typed", ["12a", "1.2.3", "一百", "1" * 30])
def test_what_is_not_a_number_stays_as_typed(typed):
    form = a_form(a_component("number"))

    assert form_values(form, MultiDict({"answer": typed})) == {"answer": typed}
    assert loaded(form, {"answer": typed})["errors"]
    assert posted_back(form, {"answer": typed}) == {"answer": typed}


@pytest.mark.parametrize(
    ("typed", "value"), [("１，２００", 1200), (" -3 ", -3), ("1.50", 1.5), ("", None), ("10 000", 10000)]
)
def test_numbers_as_people_write_them(typed, value):
    assert form_values(a_form(a_component("number")), MultiDict({"answer": typed})) == {"answer": value}


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (("2024", "2", "9"), "2024-02-09"),
        (("２０２４", "１２", " 09 "), "2024-12-09"),
        (("", "", ""), None),
        (("2024", "", "9"), "2024--9"),
        (("24", "2", "9"), "24-2-9"),
        (("二〇二四", "二", "九"), "二〇二四-二-九"),
    ],
)
def test_the_parts_of_a_date(parts, value):
    form = a_form(a_component("datetime"))
    posted = MultiDict(zip(("answer-year", "answer-month", "answer-day"), parts, strict=True))

    assert form_values(form, posted) == {"answer": value}
    assert posted_back(form, {"answer": value}) == {"answer": value}


def test_other_names_are_left_out():
    form = a_form(a_component(), a_component(key="fee", readonly=True))
    posted = MultiDict({"answer": "甲", "fee": "0", "approved": "true", "csrf_token": "x"})

    assert form_values(form, posted) == {"answer": "甲"}


def rows_posted(**more: str) -> MultiDict[str, str]:
    return MultiDict({"answer-rows": "2", "answer-0-name": "甲", "answer-1-name": "乙", **more})


def test_rows_are_added_and_taken_away():
    first, second = {"name": "甲", "urgent": False}, {"name": "乙", "urgent": False}

    assert form_values(LIST, rows_posted()) == {"answer": [first, second]}
    assert form_values(LIST, rows_posted(_add="answer")) == {"answer": [first, second, {}]}
    assert form_values(LIST, rows_posted(_remove="answer-0")) == {"answer": [second]}
    assert form_values(LIST, rows_posted(_remove="answer-7")) == {"answer": [first, second]}
    assert form_values(LIST, rows_posted(_add="other")) == {"answer": [first, second]}


def test_empty_rows_are_left_out_when_submitted_but_stay_while_filling_in():
    posted = MultiDict({"answer-rows": "2", "answer-1-name": "乙"})

    assert len(form_values(LIST, posted)["answer"]) == 1
    assert len(form_values(LIST, posted | {"_refresh": "1"})["answer"]) == 2


@pytest.mark.parametrize("rows", ["", "-1", "x", "1e3", "９"])
def test_a_strange_number_of_rows_is_none(rows):
    assert form_values(LIST, MultiDict({"answer-rows": rows, "answer-0-name": "甲"})) == {"answer": []}


def test_too_many_rows_are_told_and_not_read():
    values = form_values(
        LIST, MultiDict({"answer-rows": "999"} | {f"answer-{i}-name": "甲" for i in range(999)})
    )

    assert len(values["answer"]) == 51
    assert loaded(LIST, values)["errors"] == {"answer": ["最多填写 50 项"]}


@pytest.mark.parametrize(
    ("posted", "redraw"),
    [
        ({"_add": "x"}, True),
        ({"_remove": "x-0"}, True),
        ({"_refresh": "1"}, True),
        ({"answer": "_add"}, False),
    ],
)
def test_asking_for_rows_or_questions_is_no_submission(posted, redraw):
    assert wants_redraw(MultiDict(posted)) is redraw


def test_new_files_join_those_that_are_kept():
    form = a_form(a_component("filepicker", multiple=True))
    posted = MultiDict([("answer", FILE), ("answer", OTHER_FILE), ("answer-remove", FILE)])

    assert form_values(form, posted, {"answer-upload": ["new"]}) == {"answer": [OTHER_FILE, "new"]}


def test_a_single_file_is_replaced():
    form = a_form(a_component("filepicker"))

    assert form_values(form, MultiDict({"answer": FILE}), {"answer-upload": ["new"]}) == {"answer": ["new"]}
    assert form_values(form, MultiDict({"answer": FILE})) == {"answer": [FILE]}


def test_file_inputs_are_those_of_the_page():
    row = [a_component("filepicker", key="proof", label="证据")]
    form = a_form(
        a_component("filepicker"),
        a_component("filepicker", key="locked", readonly=True),
        a_component("dynamiclist", path="rows", components=row),
    )

    assert list(file_inputs(form, MultiDict({"rows-rows": "2"}))) == [
        "answer-upload",
        "rows-0-proof-upload",
        "rows-1-proof-upload",
    ]

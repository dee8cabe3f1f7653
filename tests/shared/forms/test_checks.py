"""Numbers copied from documents: right ones pass, wrong ones get a message that says what to look at.

All numbers are invented; their check digits are computed, not anybody's.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forms.checks import CHECKS, DOCUMENT_KINDS
from tests.shared.forms.sample_forms import a_component, a_form, an_option_list, loaded, messages

CARD = "11010519491231002X"
HONG_KONG = "810000199408230021"
MACAO = "820000199001010018"
TAIWAN = "830000200103040017"


def with_check_digit(first_17: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "number", [CARD, HONG_KONG, with_check_digit(MACAO[:17]), with_check_digit(TAIWAN[:17])]
)
def test_identity_cards_and_residence_permits(number):
    assert CHECKS["cn.ric"].accepts(number)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # check digit
        with_check_digit("11010519491331002"),  # month 13
        with_check_digit("00010519491231002"),  # no such region
        with_check_digit("84000019940823002"),  # no such permit
        with_check_digit("81000119940823002"),  # permits have no district
        with_check_digit("81000019940230002"),  # 30 February
        CARD[:15],
        "",
        "1101051949123100²X",
    ],
)
def test_wrong_card_numbers(number):
    assert not CHECKS["cn.ric"].accepts(number)


@pytest.mark.parametrize(
    "written", ["11010519491231002x", " １１０１０５１９４９１２３１００２Ｘ ", "110105 19491231 002X"]
)
def test_a_card_number_is_kept_in_one_written_form(written):
    form = a_form(a_component(properties={"check": "cn.ric"}))

    assert loaded(form, {"answer": written}) == {"answer": CARD}


def test_the_message_of_a_wrong_card_number_is_at_the_field():
    form = a_form(a_component(properties={"check": "cn.ric"}))

    assert messages(form, "110105194912310021") == ["身份证号码不正确，请对照证件核对 18 位号码"]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("resident_identity_card", CARD, HONG_KONG),
        ("hmt_residence_permit", HONG_KONG, CARD),
        ("hm_travel_permit", "H12345678", "X12345678"),
        ("hm_travel_permit", "m1234567801", "H1234567"),
        ("taiwan_travel_permit", "12345678", "1234567"),
        ("passport", "E12345678", "护照1"),
        ("foreigner_permanent_residence", with_check_digit("91110119900101123"), "911101199001011230"),
        ("foreigner_permanent_residence", "USA110123456789", "US110123456789"),
        ("other", "南字第 1234 号", "无"),
    ],
)
def test_a_sibling_tells_which_document_the_number_is_from(kind, right, wrong):
    form = a_form(
        a_component("select", key="kind", values=an_option_list(*DOCUMENT_KINDS)),
        a_component(properties={"check": "cn.ric", "kind": "kind"}),
    )

    assert "errors" not in loaded(form, {"kind": kind, "answer": right})
    assert loaded(form, {"kind": kind, "answer": wrong})["errors"]["answer"] == [DOCUMENT_KINDS[kind].message]


def test_the_sibling_counts_within_its_own_row():
    row = [
        a_component("select", key="kind", values=an_option_list("passport", "resident_identity_card")),
        a_component(key="number", properties={"check": "cn.ric", "kind": "kind"}),
    ]
    form = a_form(a_component("dynamiclist", components=row))
    passport = {"kind": "passport", "number": "E12345678"}

    assert "errors" not in loaded(
        form, {"answer": [passport, {"kind": "resident_identity_card", "number": CARD}]}
    )
    assert set(messages(form, [passport, passport | {"kind": "resident_identity_card"}])) == {1}


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("cn.uscc", "91110000600037341L", "91110000600037342L"),
        ("cn.mobile", "13800138000", "12800138000"),
        ("cn.mobile", "+86 138-0013-8000", "1380013800"),
        ("cn.phone", "025-8312 3456", "8312345"),
        ("cn.phone", "４００-800-1234", "400-800-123"),
    ],
)
def test_other_numbers(check, right, wrong):
    form = a_form(a_component(properties={"check": check}))

    assert messages(form, right) is None
    assert messages(form, wrong) == [CHECKS[check].message]


@pytest.mark.parametrize(
    "check", [*CHECKS.values(), *DOCUMENT_KINDS.values()], ids=lambda check: check.message
)
@given(st.text(max_size=20) | st.text("0123456789XHM", min_size=8, max_size=18))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_a_check(check, text):
    assert check.accepts(check.canonical(text)) in (True, False)


def test_an_empty_number_is_not_wrong():
    assert loaded(a_form(a_component(properties={"check": "cn.ric"})), {"answer": " "}) == {"answer": None}

"""Named checks of numbers that people copy from documents: `properties.check` of a text field.

`cn.ric` follows a sibling field when `properties.kind` names one: that field's answer says which
document the number is from (the codes are the keys of DOCUMENT_KINDS). Without it, mainland identity
cards and residence permits of people from Hong Kong, Macao and Taiwan (81, 82, 83) are accepted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

_PROVINCES = frozenset(
    f"{code}"
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
)
_RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Check:
    """One kind of number: how it is written, whether one is right, and what to say when it is not."""

    canonical: Callable[[str], str]
    accepts: Callable[[str], bool]
    message: str


def _joined(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _local_number(text: str) -> str:
    return re.sub(r"^(\+86|0086)", "", _joined(text))


def _kept(text: str) -> str:
    return text


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _has_birth_date_and_check_digit(text: str) -> bool:
    """The 18 characters of GB 11643: birth date in places 7 to 14, ISO 7064 MOD 11-2 at the end."""
    if not re.fullmatch(r"\d{17}[\dX]", text, re.ASCII):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _RIC_WEIGHTS, strict=True))
    return text[17] == "10X98765432"[total % 11]


def _is_residence_permit(text: str) -> bool:
    return text[:6] in {"810000", "820000", "830000"} and _has_birth_date_and_check_digit(text)


def _is_resident_card(text: str) -> bool:
    # Province, birth date and check digit only: stdnum's list of counties by year refuses people whose
    # county was renamed or split, and turning a citizen away is worse than letting a typing error pass.
    return text[:2] in _PROVINCES and _has_birth_date_and_check_digit(text)


def _is_permanent_residence_card(text: str) -> bool:
    older = re.fullmatch(r"[A-Z]{3}\d{12}", text, re.ASCII) is not None
    return older or (text.startswith("9") and _has_birth_date_and_check_digit(text))


_CARD = "身份证号码不正确，请对照证件核对 18 位号码"

DOCUMENT_KINDS: dict[str, Check] = {
    "resident_identity_card": Check(_joined, _is_resident_card, _CARD),
    "hmt_residence_permit": Check(
        _joined, _is_residence_permit, "港澳台居民居住证号码不正确，应为 81、82 或 83 开头的 18 位号码"
    ),
    "hm_travel_permit": Check(
        _joined, _matches(r"[HM]\d{8}(\d{2})?"), "通行证号码不正确，应为 H 或 M 加 8 位或 10 位数字"
    ),
    "taiwan_travel_permit": Check(
        _joined, _matches(r"\d{8}|\d{10}[A-Z]?"), "台湾居民来往大陆通行证号码不正确，应为 8 位数字"
    ),
    "passport": Check(_joined, _matches(r"[A-Z0-9]{5,17}"), "护照号码不正确，应为 5 到 17 位字母和数字"),
    "foreigner_permanent_residence": Check(
        _joined, _is_permanent_residence_card, "外国人永久居留身份证号码不正确，请对照证件核对"
    ),
    "other": Check(_kept, _matches(r".{2,30}"), "证件号码应为 2 到 30 个字"),
}

CHECKS: dict[str, Check] = {
    "cn.ric": Check(_joined, lambda text: _is_resident_card(text) or _is_residence_permit(text), _CARD),
    "cn.uscc": Check(
        _joined,
        lambda text: text.isascii() and bool(uscc.is_valid(text)),
        "统一社会信用代码不正确，请核对 18 位代码",
    ),
    "cn.mobile": Check(_local_number, _matches(r"1[3-9]\d{9}"), "手机号码不正确，应为 11 位数字"),
    "cn.phone": Check(
        _local_number,
        _matches(r"1[3-9]\d{9}|0\d{9,11}|400\d{7}"),
        "电话号码不正确，请填写 11 位手机号码，或者区号加固定电话号码",
    ),
}

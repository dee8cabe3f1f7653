"""Masked personal data."""

import pytest

from shared.masking import mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳建国", "欧***"), ("张", "张"), ("", "")])
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800001234", "138****1234"), ("12345678", "123*5678"), ("1234567", "*******"), ("", "")],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("11010119900307123X", "1101**********123X"), ("12345678", "********")]
)
def test_id_numbers(number: str, masked: str) -> None:
    assert mask_id_number(number) == masked

"""Personal data as most readers see it: enough to recognise, too little to misuse."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The first character and stars: 张三丰 → 张**; an empty name stays empty."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_phone(phone: str) -> str:
    """The first three and last four digits: 138****8888; shorter ones become stars."""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}" if len(phone) > 7 else "*" * len(phone)


def mask_id_number(number: str) -> str:
    """The first four and last four characters: 3301**********123X; shorter ones become stars."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)

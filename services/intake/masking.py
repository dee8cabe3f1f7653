"""Personal data as readers without a need for it see it."""


def masked_name(name: str) -> str:
    """张三 -> 张*; a name of one character is hidden altogether."""
    return name[0] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked_phone(phone: str) -> str:
    """13800001234 -> 138****1234; shorter numbers keep their last two digits."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def masked_id_number(number: str) -> str:
    """An 18-place number keeps four places at either end, any other one its last two."""
    if len(number) == 18:
        return f"{number[:4]}**********{number[-4:]}"
    return "*" * max(len(number) - 2, 0) + number[-2:]


def masked_address(address: str) -> str:
    """The first six characters (mostly province and city) stay."""
    return address[:6] + "****" if len(address) > 6 else "****"

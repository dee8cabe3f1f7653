"""How moments are written for people: in Shanghai time, the Chinese way."""

from __future__ import annotations

from datetime import date, datetime

from shared.clock import SHANGHAI


def moment(value: datetime | None) -> str:
    """2026年2月18日 15:30, or a dash for nothing."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def day(value: date | datetime | None) -> str:
    """2026年2月18日, or a dash for nothing; a moment counts as its day in Shanghai."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return f"{value.year}年{value.month}月{value.day}日"

"""How this API writes moments."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment: datetime | None) -> str | None:
    """`2026-09-24T02:00:00.000Z`, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""Time, passed in. Rules and deadlines use the business clock; leases and tokens use system time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class OffsetClock:
    """System time moved by the whole seconds written in a file, so that all processes move together."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The present moment plus the offset; a missing file means no offset."""
        return datetime.now(UTC) + timedelta(seconds=self.offset())

    def offset(self) -> int:
        """Seconds by which this clock is ahead of the machine's."""
        try:
            return int(self._file.read_text() or 0)
        except FileNotFoundError:
            return 0

    def advance(self, by: timedelta) -> None:
        """Move the clock forward for everyone who reads the file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(str(self.offset() + int(by.total_seconds())))
        new.replace(self._file)  # at once: nobody may read a file that is half written


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

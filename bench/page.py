"""docs/performance.md: the rows measured last, each with when and on what."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bench.measuring import Row

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_HEAD = """# Performance

`make bench` measures and writes this page; `make bench ONLY=name` renews one row. Method: processor time of
one process (so that other programs count little), many batches of at least 20 ms each with the garbage
collector off, the best batch divided by its calls. What is compiled once and kept (expressions, tables) is
compiled before.

A figure in ms is time on the clock, of several processes and servers of their own: measure it on a machine
that does nothing else.

| figure | value | target | reached | measured | what |
| --- | --- | --- | --- | --- | --- |
"""


def write(rows: Iterable[Row], day: date, page: Path) -> None:
    """Put the rows into the page; the rows of other figures stay."""
    lines = _lines(page.read_text(encoding="utf-8")) if page.exists() else {}
    for row in rows:
        cells = [*str(row).split(" | "), f"{day.isoformat()}, {machine()}", row.what]
        lines[row.name] = f"| {' | '.join(cells)} |"
    page.write_text(_HEAD + "\n".join(lines[name] for name in sorted(lines)) + "\n", encoding="utf-8")


def machine() -> str:
    """The processor, its cores as this process sees them, and Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}"


def _lines(text: str) -> dict[str, str]:
    found = re.findall(r"^\| ([a-z][a-z0-9-]*) \|.*\|$", text, re.MULTILINE)
    rows = re.findall(r"^\| [a-z][a-z0-9-]* \|.*\|$", text, re.MULTILINE)
    return {name: row for name, row in zip(found, rows, strict=True) if name != "figure"}


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()

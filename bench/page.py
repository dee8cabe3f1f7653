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
BOUNDS = """
## What bounds the engine's figures

Figures of the engine run on a PostgreSQL of their own with fsync on, on the same cores as the service and its
clients; rates and ratios come from one run. `completions`, `completion-latency` and `starts` are read from
one run. The million tasks of `task-search` are made once and kept in `var/bench` until their tables change.

- **completions, completion-latency, starts**: processor time of Python, most of it Flask, SQLAlchemy's
  session and the rows of the step; the engine, the form and the history's hashes are the smaller part. All
  processes and clients together take some 6 ms of the two cores. A completion asks the database three times:
  may this session, what must be known at the task (which locks it), and all its rows and messages are
  written with the commit (ADR 15, 16). Eight threads of a process take turns at one interpreter, and its
  clients run on the same two cores.
- **durable-step**: about 0.5 while no neighbour uses the machine, 0.6 to 0.7 while some do. Of 2.3 ms in
  quiet 1.3 are Python (the locking question 0.25, the engine 0.3, the rows and their statement 0.3, session
  and commit 0.3), 0.85 PostgreSQL: 0.5 for the statement that writes nine tables, 0.15 for the commit with
  its fsync, 0.15 for the question; it waits for PostgreSQL twice (ADR 16). No single place is left: all
  indexes but the unique ones are a tenth of PostgreSQL's part, the fsync a fourteenth of the whole, the two
  events a twelfth. While neighbours use the machine's caches the step takes up to twice as long, the library
  alone a tenth longer: it is one loop in one process. As long as a process is young the library
  reads and writes its whole state in as much time; that grows with everything that ever happened to the
  process, ours does not (`step-growth`).
- **timers**: up to fifty timers are fired by one transaction, 0.7 ms of processor each, and the worker
  looks at the moment the next one is due.
- **task-search**: one statement finds the page, counts (to a thousand) and names the processes; each way to
  see a task walks an index of its own. What is left is Flask, the session check and fifty tasks as JSON.
- **demo-case**: mostly pages, uploads, password hashing and nine services that each write inbox, outbox and
  tables of their own; the engine's steps are the smaller part.
"""


def write(rows: Iterable[Row], day: date, page: Path) -> None:
    """Put the rows into the page; the rows of other figures stay."""
    lines = _lines(page.read_text(encoding="utf-8")) if page.exists() else {}
    for row in rows:
        cells = [*str(row).split(" | "), f"{day.isoformat()}, {machine()}", row.what]
        lines[row.name] = f"| {' | '.join(cells)} |"
    page.write_text(
        _HEAD + "\n".join(lines[name] for name in sorted(lines)) + "\n" + BOUNDS, encoding="utf-8"
    )


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

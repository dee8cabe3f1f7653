"""`@pytest.mark.clause("S0-7.4.2d")`: which tests prove which numbered clause of the source documents.

Every id must stand in docs/clauses.csv. `--record-clauses FILE` writes, for each marked clause, its tests
and whether they passed; `tests.clauses_report` prints that file.
"""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

CLAUSES = Path(__file__).parent.parent / "docs" / "clauses.csv"


@cache
def known_clauses() -> list[str]:
    """The ids of the table, in its order."""
    with CLAUSES.open(newline="") as lines:
        return [row["id"] for row in csv.DictReader(lines)]


def clauses_of(item: pytest.Item) -> list[str]:
    """The ids that the marks of one test name."""
    return [clause for mark in item.iter_markers("clause") for clause in mark.args]


class Record:
    """What the tests of one run said about each clause: {clause: {test: passed}}."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed when its call passed and neither its set-up nor its tear-down failed."""
        for name, clause in report.user_properties:
            if name != "clause":
                continue
            tests = self.outcomes.setdefault(str(clause), {})
            if report.when == "call":
                tests[report.nodeid] = report.passed
            elif not report.passed:
                tests[report.nodeid] = False

    def write(self, target: Path) -> None:
        """Write the record as JSON."""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(self.outcomes, indent=1, sort_keys=True))


RECORD = pytest.StashKey[Record]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --record-clauses."""
    parser.addoption("--record-clauses", type=Path, metavar="FILE", help="write which clauses were proven")


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that sees all reports; the xdist workers send theirs to it."""
    if config.getoption("--record-clauses") and not hasattr(config, "workerinput"):
        config.stash[RECORD] = Record()
        config.pluginmanager.register(config.stash[RECORD], "clauses-record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry the ids of its test."""
    for item in items:
        item.user_properties += [("clause", clause) for clause in clauses_of(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that names an unknown clause fails."""
    if unknown := set(clauses_of(item)) - set(known_clauses()):
        pytest.fail(f"docs/clauses.csv has no clause {', '.join(sorted(unknown))}", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record at the end, whatever the outcome."""
    if record := session.config.stash.get(RECORD, None):
        record.write(session.config.getoption("--record-clauses"))

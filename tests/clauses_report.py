"""`python -m tests.clauses_report FILE`: a line per clause with its passing tests, then counts."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.clauses_plugin import known_clauses


def passing(tests: Mapping[str, bool]) -> str:
    """The tests that passed, or `none`."""
    return ", ".join(sorted(test for test, passed in tests.items() if passed)) or "none"


def report(clauses: list[str], outcomes: Mapping[str, Mapping[str, bool]]) -> str:
    """The whole report; `clauses` are the ids in the order of the table, `S0-…` naming the source S0."""
    shown = {clause: passing(outcomes.get(clause, {})) for clause in clauses}
    total = Counter(clause.split("-")[0] for clause in clauses)
    proven = Counter(clause.split("-")[0] for clause, tests in shown.items() if tests != "none")
    lines = [f"{clause}  {tests}" for clause, tests in shown.items()]
    lines += [
        f"{source}: {proven[source]} of {total[source]} clauses have a passing test" for source in total
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(report(known_clauses(), json.loads(Path(sys.argv[1]).read_text())))

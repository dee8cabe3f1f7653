"""`python -m tests.services.workflow.v2.page` writes the table of docs/api.md: what is offered."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from services.workflow.v2.document import words_of
from services.workflow.v2.operations import Operation, missing_operations, offered_routes
from tests.services.workflow.v2.document_for_tests import bare

PAGE = Path(__file__).parents[4] / "docs" / "api.md"
_MARK = "<!-- From here on made by `make reference` from the routes and their docstrings; do not edit. -->\n"
_HEAD = """
| operation | offered | differences |
| --- | --- | --- |
"""


def page() -> str:
    """The page: what people wrote, and the table."""
    written, mark, _ = PAGE.read_text(encoding="utf-8").partition(_MARK)
    app = bare()
    offered = sorted(offered_routes(app), key=lambda route: (route[0].path, route[0].method))
    rows = [
        f"| `{one.method} {one.path}` {one.name} | yes | {words_of(app.view_functions[rule.endpoint])[1]} |\n"
        for one, rule in offered
    ]
    return written + mark + _HEAD + "".join([*rows, *_missing(missing_operations(app))])


def _missing(operations: Iterable[Operation]) -> list[str]:
    rows = []
    for part, these in groupby(sorted(operations, key=_part), key=_part):
        names = ", ".join(operation.name for operation in these)
        rows.append(f"| `/{part}`: {names} | 501 | |\n")
    return rows


def _part(operation: Operation) -> str:
    return operation.path.split("/")[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""Writes the list of all operations of the Camunda 8 API v2 from the source of the installed client.

Run by `make reference`; after a new version of the client, look at the difference.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import camunda_orchestration_sdk

from services.workflow.v2.operations import LIST

_CALL = re.compile(r'"method": "(\w+)",\s*"url": "([^"]+)"')
_ELSEWHERE = "/cluster/"  # served beside `/v2`, for who runs the servers


def operations() -> list[tuple[str, str, str]]:
    """Name, method and path of every operation, in the order of paths."""
    folder = Path(camunda_orchestration_sdk.__file__).parent / "api"
    found = []
    for module in folder.rglob("*.py"):
        call = _CALL.search(module.read_text(encoding="utf-8"))
        if call and not call[2].startswith(_ELSEWHERE):
            found.append((_camel(module.stem), call[1].upper(), _camel(call[2])))
    return sorted(found, key=lambda row: (row[2], row[1]))


def listing() -> str:
    """The file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("name", "method", "path"), *operations()])
    return text.getvalue()


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


if __name__ == "__main__":
    LIST.write_text(listing(), encoding="utf-8")

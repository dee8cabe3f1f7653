"""FEEL as the browser evaluates it: one node process that answers line by line."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isclose
from shutil import which

from shared.feel import Function, Range, YearsMonths
from tests.rig import ROOT

FRONTEND = ROOT / "frontend"
_SURROUNDINGS = {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}  # as in our citizens' browsers


def why_not() -> str | None:
    """What is missing to run it; None when all is there."""
    if which("node") is None:
        return "node is not installed"
    if not (FRONTEND / "node_modules" / "@bpmn-io" / "feelin").exists():
        return "@bpmn-io/feelin is not installed: npm --prefix frontend ci"
    return None


class BrowserFeel:
    """Asks the process, and waits for its answer."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **question: object) -> object:
        """The value as `written` writes it, or "error"."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["answer"]


def never_ends(text: str) -> bool:
    """Does the expression fill the memory (here 32 MB) instead of having a value?"""
    question = json.dumps({"text": text, "variables": {}})
    command = _command("--max-old-space-size=32")
    ended = subprocess.run(command, input=question, text=True, capture_output=True, timeout=60, check=False)
    return ended.stdout == "" and "out of memory" in ended.stderr


@contextmanager
def browser_feel() -> Iterator[BrowserFeel]:
    """The process, for as long as it is needed."""
    pipe = subprocess.PIPE
    with subprocess.Popen(_command(), stdin=pipe, stdout=pipe, text=True, env=_SURROUNDINGS) as process:
        yield BrowserFeel(process)
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=10)


def _command(*options: str) -> list[str]:
    node = which("node")
    assert node
    return [node, *options, str(FRONTEND / "evaluate-feel.mjs")]


def written(value: object) -> object:
    """A value of ours, as the process writes those of the browser."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {"context": {key: written(item) for key, item in value.items()}}
    if isinstance(value, Range):
        return {"range": [written(value.low), written(value.high), value.low_included, value.high_included]}
    return _written_time(value)


def _written_time(value: object) -> dict[str, object]:
    if isinstance(value, datetime):
        return {"moment": value.timestamp() * 1000}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, YearsMonths):
        return {"months": float(value.total)}
    assert isinstance(value, Function), type(value)
    return {"function": True}


def alike(ours: object, theirs: object) -> bool:
    """The same value, numbers to 12 digits."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(alike(ours[key], theirs[key]) for key in ours)
    return ours == theirs

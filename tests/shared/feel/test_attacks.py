"""Hostile expressions and models are refused, or answered, within 100 ms and 50 MB, and change nothing.

The laboratory runs each in a process of its own. Its seconds are those of the processor, and the limit grows
with the time that honest work takes on this machine now, so that a slow or busy machine fails nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared.feel.attacks.expressions import GROUPS
from tests.shared.feel.attacks.models import MODELS

ROOT = Path(__file__).parents[3]
SECONDS = 0.1
MEGABYTES = 50
CALIBRATION = 0.02  # seconds that the honest work takes on a machine for which the 100 ms are meant
GENEROSITY = 3
ALWAYS_REFUSED = {
    "nesting": {"comments"},
    "loops": {"sort by a liar", "working days without end"},
    "recursion": set(),
}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the peak of memory is measured by Linux's /proc"
)


def laboratory(group: str) -> list[dict]:
    command = [sys.executable, "-m", "tests.shared.feel.attacks.laboratory", group]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_enough_attacks():
    assert sum(map(len, GROUPS.values())) + len(MODELS) >= 150


@pytest.mark.parametrize("group", [*GROUPS, "models"])
def test_hostile_inputs_are_refused_or_answered_cheaply(group):
    calibration, *rows = laboratory(group)
    assert len(rows) >= len(GROUPS.get(group, MODELS))
    allowed = SECONDS * GENEROSITY * max(1.0, calibration["seconds"] / CALIBRATION)
    costly = [row for row in rows if row["seconds"] > allowed or row["megabytes"] > MEGABYTES]
    assert costly == []
    assert [row for row in rows if not row["outcome"].startswith(("answered", "refused: "))] == []
    if group in ALWAYS_REFUSED:
        answered = {row["name"].partition(": ")[2] for row in rows if row["outcome"] == "answered"}
        assert answered == ALWAYS_REFUSED[group]

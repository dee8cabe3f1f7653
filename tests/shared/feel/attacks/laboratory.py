"""`python -m tests.shared.feel.attacks.laboratory group…`: what hostile inputs cost, a JSON line per case.

Each case runs in a process of its own, forked from one in which everything is imported already: its
processor time and the growth of its memory are its own, and what it breaks, it breaks alone.
"""

import copy
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from shared.calendar import WorkCalendar
from shared.dmn import DmnError, compile_model, read_model
from shared.feel import Environment, FeelError, compile_expression, compile_unary_tests
from tests.shared.feel.attacks.expressions import GROUPS, VARIABLES
from tests.shared.feel.attacks.models import MODELS

_PROCESSOR_SECONDS = 20
_ADDRESS_SPACE = 4 << 30
_NOON = datetime(2024, 9, 30, 4, 0, tzinfo=UTC)


def environment() -> Environment:
    """A calendar and no policy, with the real limits of time."""
    return Environment(now=lambda: _NOON, calendar=WorkCalendar.chinese())


def attack_with_expression(text: str) -> str:
    """Compile and evaluate a text, also as a cell: `answered` or `refused: reason`."""
    before = copy.deepcopy(VARIABLES)
    try:
        compile_expression(text).evaluate(VARIABLES, environment())
        return "answered" if before == VARIABLES else "changed its input"
    except FeelError as error:
        return _refused(error)


def attack_with_cell(text: str) -> str:
    """The same as an input cell of a table."""
    try:
        compile_unary_tests(text).matches(1, VARIABLES, environment())
        return "answered"
    except FeelError as error:
        return _refused(error)


def attack_with_model(xml: bytes) -> str:
    """Read and compile a model, and evaluate its decisions until one takes its time."""
    try:
        decisions = compile_model(read_model(xml))
    except DmnError as error:
        return _refused(error)
    evaluation = None
    for decision in decisions.model.decisions[:1]:
        evaluation = decisions.evaluate(decision.id or decision.name, {}, environment())
    if evaluation and evaluation.failed:
        return f"refused: {evaluation.failed.message}"
    return f"refused: {decisions.problems[0].message}" if decisions.problems else "answered"


def _refused(error: Exception) -> str:
    outcome = "internal" if "internal" in str(error) else "refused"
    return f"{outcome}: {str(error)[:200]}"


def measure(attack: Callable[[], str]) -> dict[str, object]:
    """Outcome, seconds of processor time and megabytes of growth of a call in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(_in_child(attack)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(answer) if answer else {"outcome": f"died: {status}", "seconds": 0, "megabytes": 0}


def _in_child(attack: Callable[[], str]) -> dict[str, object]:
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    memory, started = _kilobytes("VmRSS"), time.process_time()
    try:
        outcome = attack()
    except BaseException as error:
        # whatever escapes is what the attack wants; the test names it
        outcome = f"escaped: {type(error).__name__}"
    seconds = time.process_time() - started
    return {"outcome": outcome, "seconds": seconds, "megabytes": (_kilobytes("VmHWM") - memory) / 1024}


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def calibration() -> str:
    """Honest work of a known size: how slow is this machine now?"""
    compile_expression("+".join(f"(a{n} * {n})" for n in range(400)))
    return "answered"


def cases(groups: list[str]) -> dict[str, Callable[[], str]]:
    """The attacks of some groups by name, after the calibration and a first case that warms up."""
    found: dict[str, Callable[[], str]] = {}
    for group in groups:
        for name, text in GROUPS.get(group, {}).items():
            found[f"{group}: {name}"] = partial(attack_with_expression, text)
            if group in {"nesting", "chains", "patterns"}:
                found[f"{group}, as a cell: {name}"] = partial(attack_with_cell, text)
    if "models" in groups:
        for name, make in MODELS.items():
            found[f"models: {name}"] = partial(attack_with_model, make())
    return found


def main(groups: list[str]) -> None:
    """Print a line for the calibration and for each case."""
    attack_with_expression("count(for i in 1..3 return working days after(now(), i))")
    attack_with_model(MODELS["names shadowing built-ins"]())
    for name, attack in {"calibration": calibration, **cases(groups)}.items():
        sys.stdout.write(json.dumps({"name": name, **measure(attack)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

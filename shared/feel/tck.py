"""Runs the public DMN Technology Compatibility Kit: `python -m shared.feel.tck PATH [--failures]`.

PATH is any folder in the kit's layout: folders with models (`*.dmn`) and test files (`*.xml`). Prints what
passed and failed per folder, with `--failures` each failing case with expected value, ours, and why;
the last line is `N passed, M failed`.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import FrameType

from shared.clock import SystemClock
from shared.dmn import Decisions, DmnError, Model, compile_model, read_model
from shared.feel import Environment, FeelError, from_python
from shared.feel.comparison import equal
from shared.feel.scope import Run
from shared.feel.tck_kit import Case, read_cases, test_files
from shared.feel.values import Value, kind
from shared.feel.writing import to_string

SECONDS_PER_CASE = 10
_CLOSE = Decimal("0.00000001")


class _TooLong(BaseException):
    """A case takes too long; no ordinary error, so that no handler inside the engine keeps it."""


class _Deadline:
    """Raises _TooLong inside its block when the time is up; never after it, though a signal may come late."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.active = False

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._stop)
        self.active = True
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *raised: object) -> None:
        self.active = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.active:
            raise _TooLong


@dataclass(frozen=True)
class Verdict:
    """How a case went; `reason` is empty when it passed."""

    folder: str
    case: str
    reason: str


def run_kit(path: Path) -> Iterator[Verdict]:
    """The verdict on every test case below a folder, in the order of the folders."""
    folders = sorted({file.parent for file in path.rglob("*.xml")})
    for folder in folders:
        yield from _run_folder(folder)


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when it ran, whatever passed."""
    parser = argparse.ArgumentParser(prog="python -m shared.feel.tck", description="Run the DMN TCK.")
    parser.add_argument("path", type=Path, help="a folder in the layout of the kit")
    parser.add_argument("--failures", action="store_true", help="show each failing case")
    options = parser.parse_args(arguments)
    if not options.path.is_dir():
        parser.error(f"there is no folder {options.path}")
    _report(list(run_kit(options.path)), options.failures)
    return 0


def _report(verdicts: list[Verdict], failures: bool) -> None:
    folders: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        folders.setdefault(verdict.folder, []).append(verdict)
    for folder, own in folders.items():
        failed = [verdict for verdict in own if verdict.reason]
        _print(f"{folder}: {len(own) - len(failed)} passed, {len(failed)} failed")
        for verdict in failed if failures else ():
            _print(f"    {verdict.case}: {verdict.reason}")
    failed_count = sum(bool(verdict.reason) for verdict in verdicts)
    _print(f"{len(verdicts) - failed_count} passed, {failed_count} failed")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _run_folder(folder: Path) -> Iterator[Verdict]:
    name = f"{folder.parent.name}/{folder.name}"
    kit = _Folder(folder)
    for file in test_files(folder):
        try:
            cases = read_cases(file, kit.run)
        except DmnError as error:
            yield Verdict(name, file.name, f"the test file cannot be read: {error}")
            continue
        for case in cases:
            yield Verdict(name, f"{file.stem} {case.id}", kit.verdict(case))


class _Folder:
    """The models of a folder, each read and compiled when a case first asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = Run(_environment(), {})
        self.broken: dict[str, str] = {}
        self.models: dict[str, Model] = {}
        self.compiled: dict[str, Decisions] = {}
        for path in sorted(folder.rglob("*.dmn")):
            self._read(path)

    def _read(self, path: Path) -> None:
        name = path.relative_to(self.folder).as_posix()
        try:
            self.models[name] = read_model(path.read_bytes())
        except DmnError as error:
            self.broken[name] = str(error)

    def verdict(self, case: Case) -> str:
        """Why a case fails; empty when it passes. Whatever happens, it is told and not raised."""
        try:
            with _Deadline(SECONDS_PER_CASE):
                return self._checked(case)
        except _TooLong:
            return f"not done within {SECONDS_PER_CASE} seconds"
        except Exception as error:
            # A kit of thousands of cases goes on after any one of them, also after a fault of ours.
            return f"{type(error).__name__}: {error}"

    def _checked(self, case: Case) -> str:
        if case.model not in self.models:
            return self.broken.get(case.model, f"there is no model {case.model}")
        decisions = self._decisions(case.model)
        reasons = (_service_reasons if case.service else _decision_reasons)(decisions, case)
        return "; ".join(reasons)

    def _decisions(self, name: str) -> Decisions:
        if name not in self.compiled:
            imported = {model.namespace: model for model in self.models.values()}
            self.compiled[name] = compile_model(self.models[name], imported)
        return self.compiled[name]


def _decision_reasons(decisions: Decisions, case: Case) -> Iterator[str]:
    for expectation in case.expected:
        environment = _environment()
        value = decisions.evaluate(expectation.name, case.inputs, environment).value
        if not _same(value, expectation.value):
            yield _difference(expectation.name, expectation.value, value, environment, decisions)


def _service_reasons(decisions: Decisions, case: Case) -> Iterator[str]:
    environment = _environment()
    result = decisions.evaluate_service(case.service or "", case.inputs, environment).value
    for expectation in case.expected:
        several = isinstance(result, dict) and len(case.expected) > 1
        value = result.get(expectation.name) if several else result
        if not _same(value, expectation.value):
            yield _difference(expectation.name, expectation.value, value, environment, decisions)


def _environment() -> Environment:
    return Environment(now=SystemClock().now)


def _same(value: Value, expected: Value) -> bool:
    """Equal and of one kind; numbers to eight decimals: exp and its like differ in the last digits."""
    if kind(value) != kind(expected):
        return False
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) < _CLOSE
    if isinstance(value, list):
        return len(value) == len(expected) and all(map(_same, value, expected))
    if isinstance(value, dict):
        return value.keys() == expected.keys() and all(_same(value[key], expected[key]) for key in value)
    return value is expected or equal(Run(_environment(), {}), value, expected) is True


def _difference(
    name: str, expected: Value, value: Value, environment: Environment, decisions: Decisions
) -> str:
    faults = [problem.message for problem in decisions.problems if problem.path.startswith(name)]
    reasons = ", ".join([*environment.warnings[-3:], *faults[:1]]) or "no reason given"
    return f"{name}: expected {_text(expected)}, got {_text(value)} ({reasons})"


def _text(value: Value) -> str:
    try:
        return to_string(Run(_environment(), {}), [from_python(value)])[1:-1]
    except FeelError as error:
        return error.message


if __name__ == "__main__":
    sys.exit(main())

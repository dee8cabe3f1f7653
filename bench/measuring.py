"""What a figure is, and how the time of a short call is taken."""

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_BATCHES = 25
_BATCH_SECONDS = 0.02


@dataclass(frozen=True)
class Figure:
    """One measurement: its value must be at most the target, or `at_least`. `measure` gives it in `unit`.

    A `target` of None is for what is only measured and explained.
    """

    name: str
    what: str
    target: float | None
    unit: str
    measure: Callable[[], float]
    at_least: bool = False


@dataclass(frozen=True)
class Row:
    """A figure that was measured."""

    name: str
    value: str
    target: str
    reached: bool
    what: str

    def __str__(self) -> str:
        return f"{self.name} | {self.value} | {self.target} | {'yes' if self.reached else 'no'}"


def measured(figure: Figure) -> Row:
    """Measure one figure now."""
    return judged(figure, figure.measure())


def judged(figure: Figure, value: float) -> Row:
    """A value of the figure against its target."""
    text = f"{value:.2f} {figure.unit}".rstrip()
    if figure.target is None:
        return Row(figure.name, text, "measured", True, figure.what)
    reached = value >= figure.target if figure.at_least else value <= figure.target
    target = f"{'≥' if figure.at_least else '≤'} {figure.target:g} {figure.unit}".rstrip()
    return Row(figure.name, text, target, reached, figure.what)


def microseconds(call: Callable[[], object]) -> float:
    """Microseconds of processor time of one call: the best of many batches, without the collector.

    The best batch is the one that other programs disturbed least; what remains is the cost of the code.
    """
    count = _calls_per_batch(call)
    gc.collect()
    gc.disable()
    try:
        return min(_batch(call, count) for _ in range(_BATCHES)) / count * 1e6
    finally:
        gc.enable()


def _calls_per_batch(call: Callable[[], object]) -> int:
    count = 1
    while (taken := _batch(call, count)) < _BATCH_SECONDS:
        count = max(count * 2, int(count * _BATCH_SECONDS / taken) if taken else 0)
    return count


def _batch(call: Callable[[], object], count: int) -> float:
    turns = range(count)
    started = time.process_time()
    for _ in turns:
        call()
    return time.process_time() - started


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The value that so many per cent of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * per_cent / 100) - 1)]

"""How long a person waits when they complete a task."""

from bench.approvals import run
from bench.measuring import Figure

FIGURE = Figure(
    "completion-latency",
    "99th percentile of one completion in the run of `completions`, at the rate measured there",
    90,
    "ms",
    lambda: run().latency,
)

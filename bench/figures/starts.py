"""Processes started over HTTP."""

from bench.approvals import SIZE, run
from bench.measuring import Figure

FIGURE = Figure(
    "starts",
    f"{SIZE} processes, each of another case, started by `/v2/process-instances` up to their first "
    "human task; 2 gunicorn workers, 8 clients on a Unix socket, PostgreSQL with fsync, all on the same "
    "machine",
    200,
    "/s",
    lambda: run().starts,
    at_least=True,
)

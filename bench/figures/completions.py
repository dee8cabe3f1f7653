"""Human tasks completed over HTTP."""

from bench.approvals import SIZE, run
from bench.measuring import Figure

FIGURE = Figure(
    "completions",
    f"user-task completions per second by `/v2/user-tasks/{{key}}/completion` (token, form, history, "
    f"outbox), two per process of {SIZE}; 2 gunicorn workers, 8 clients on a Unix socket, PostgreSQL with "
    "fsync, all on the same machine",
    200,
    "/s",
    lambda: run().completions,
    at_least=True,
)

"""Every walk is done twice: in memory, and with a new engine from stored bytes after each step."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.services.workflow.engine.walk import Walk


@pytest.fixture(params=["memory", "durable"])
def walk(request: pytest.FixtureRequest) -> Callable[..., Walk]:
    """Starts a process."""
    return partial(Walk, durable=request.param == "durable")

"""The workflow service on its bench."""

from pathlib import Path

import pytest

from tests.services.workflow.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A fresh service without models."""
    return House(tmp_path)

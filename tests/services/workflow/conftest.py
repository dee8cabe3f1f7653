"""The workflow service on its bench."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.workflow.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh service without models, on SQLite."""
    house = House(tmp_path)
    yield house
    house.runtime.close()


@pytest.fixture
def house_on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """A fresh service without models, on PostgreSQL."""
    house = House(tmp_path, database_url=postgres_url)
    yield house
    house.runtime.close()

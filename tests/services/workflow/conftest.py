"""The workflow service on its bench."""

from collections.abc import Callable, Iterator
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
def house_on_postgres(tmp_path: Path, postgres_clone: Callable[..., str]) -> Iterator[House]:
    """A fresh service without models, on PostgreSQL."""

    def build(url: str) -> None:
        House(tmp_path, database_url=url).runtime.close()

    house = House(tmp_path, database_url=postgres_clone("workflow_house", build))
    yield house
    house.runtime.close()

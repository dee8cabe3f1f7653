"""The workflow service on its bench."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services.workflow.house import House
from tests.services.workflow.ring import ALL


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


@pytest.fixture
def ring(house_on_postgres: House) -> Iterator[House]:
    """On PostgreSQL, with the models of the races; every history is whole afterwards."""
    house_on_postgres.deploy(ALL)
    yield house_on_postgres
    assert house_on_postgres.intact()

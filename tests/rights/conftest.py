"""One seeded world for all questions about rights."""

from collections.abc import Iterator

import pytest

from tests.rights.world import World


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world; nobody may change it (`nothing_stays`)."""
    made = World(tmp_path_factory.mktemp("rights"))
    yield made
    made.house.close()

"""The ground of the attacks, made once."""

from collections.abc import Iterator

import pytest

from tests.attacks.ground import Ground


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The system with a case in hand; whoever changes it takes care that the others do not mind."""
    ground = Ground(tmp_path_factory.mktemp("ground") / "system")
    yield ground
    assert ground.buried() == []
    ground.close()

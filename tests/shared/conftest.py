"""Both databases."""

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of one's own, first a file, then on a server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/shed.db"
    return str(request.getfixturevalue("postgres_url"))

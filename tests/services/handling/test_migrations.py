"""The tables as migrated are the tables as declared, on both databases."""

from pathlib import Path

from services.handling.app import SERVICE
from shared import migrations
from tests.rig import settings_in


def test_on_sqlite(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("handling")
    migrations.upgrade(SERVICE, url)
    assert migrations.differences(SERVICE, url) == []


def test_on_postgresql(postgres_url: str) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    assert migrations.differences(SERVICE, postgres_url) == []

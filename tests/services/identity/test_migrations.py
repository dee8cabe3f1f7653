"""The tables as migrated are the tables as declared, on both databases."""

from pathlib import Path

import pytest

from services.demo import seed_demo
from services.identity.app import SERVICE as IDENTITY
from services.roster.app import SERVICE as ROSTER
from shared import migrations
from shared.service import Runtime, Service
from tests.rig import settings_in


@pytest.mark.parametrize("service", [IDENTITY, ROSTER], ids=lambda s: s.name)
def test_on_sqlite(service: Service, tmp_path: Path) -> None:
    check(service, settings_in(tmp_path).database_url.replace("{service}", service.name), tmp_path)


@pytest.mark.parametrize("service", [IDENTITY, ROSTER], ids=lambda s: s.name)
def test_on_postgresql(service: Service, tmp_path: Path, postgres_url: str) -> None:
    check(service, postgres_url, tmp_path)


def check(service: Service, url: str, folder: Path) -> None:
    for _ in range(2):
        migrations.upgrade(service, url)
    assert migrations.differences(service, url) == []
    runtime = Runtime(service, settings_in(folder, database_url=url))
    seed_demo(runtime)
    seed_demo(runtime)
    runtime.close()

"""The tables as migrated are the tables as declared, on both databases, and a decision of before stays."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from services.review.app import SERVICE
from shared import migrations
from shared.database import engine_for
from tests.rig import CASE, settings_in

OLD = {
    "id": CASE.hex, "case_id": CASE.hex, "outcome": "refused", "grounds": "[]", "reasons": "x",
    "proposed_by": CASE.hex, "proposed_at": "2026-01-01", "approved_by": CASE.hex,
    "approved_at": "2026-01-01", "received_at": "2026-01-01", "due_at": "2026-01-01", "on_time": True,
}  # fmt: skip


def test_on_sqlite(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("review")
    migrations.upgrade(SERVICE, url)
    assert migrations.differences(SERVICE, url) == []


def test_on_postgresql(postgres_url: str) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    assert migrations.differences(SERVICE, postgres_url) == []


def test_a_second_decision_of_a_case_that_was_there_before(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("review")
    migrations._with_connection(SERVICE, url, lambda config: command.upgrade(config, "0001"))
    insert = sa.text(f"INSERT INTO decision ({', '.join(OLD)}) VALUES ({', '.join(f':{n}' for n in OLD)})")
    engine = engine_for(url, "review")
    with engine.begin() as connection:
        connection.execute(insert, OLD)
    migrations.upgrade(SERVICE, url)
    with engine.begin() as connection:
        connection.execute(insert, {**OLD, "id": "0" * 32})
        assert connection.scalar(sa.text("SELECT count(*) FROM decision")) == 2
    engine.dispose()

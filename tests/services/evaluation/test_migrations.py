"""The tables as migrated are the tables as declared, on both databases, and what was there before stays."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from services.evaluation.app import SERVICE
from services.evaluation.models import Case
from shared import migrations
from shared.database import engine_for
from tests.rig import CASE, CENTRE, settings_in

OLD = {"case_id": CASE.hex, "number": "1", "agency": CENTRE, "applicant_id": CASE.hex}


def test_on_sqlite(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("evaluation")
    migrations.upgrade(SERVICE, url)
    assert migrations.differences(SERVICE, url) == []


def test_on_postgresql(postgres_url: str) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    assert migrations.differences(SERVICE, postgres_url) == []


def test_a_case_that_was_there_before_stays(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("evaluation")
    migrations._with_connection(SERVICE, url, lambda config: command.upgrade(config, "0001"))
    engine = engine_for(url, "evaluation")
    names = ", ".join(OLD)
    with engine.begin() as connection:
        values = ", ".join(f":{name}" for name in OLD)
        connection.execute(sa.text(f"INSERT INTO case_copy ({names}) VALUES ({values})"), OLD)
    migrations.upgrade(SERVICE, url)
    with engine.begin() as connection:
        kept = connection.execute(sa.select(Case.number, Case.firm_path)).one()
    assert tuple(kept) == ("1", None)
    engine.dispose()

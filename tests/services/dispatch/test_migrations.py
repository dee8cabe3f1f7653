"""The tables as migrated are the tables as declared, on both databases; older cases are kept."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from services.dispatch.app import SERVICE
from services.dispatch.models import Case
from shared import migrations
from shared.database import engine_for
from tests.rig import CASE, CENTRE, Bench, person, settings_in


def test_on_sqlite(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("dispatch")
    migrations.upgrade(SERVICE, url)
    assert migrations.differences(SERVICE, url) == []


def test_on_postgresql(postgres_url: str) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    assert migrations.differences(SERVICE, postgres_url) == []


def test_a_case_from_before_is_kept(tmp_path: Path) -> None:
    url = settings_in(tmp_path).database_of("dispatch")
    migrations._with_connection(SERVICE, url, lambda config: command.upgrade(config, "0001"))
    engine = engine_for(url, "dispatch")
    old = {
        "case_id": CASE, "number": "1", "agency": CENTRE, "applicant_id": person("甲"),
        "matter": "MAINTENANCE", "applicant_index": "x", "opponent_indexes": [],
    }  # fmt: skip
    columns = [c for c in Case.__table__.columns if c.name in old]
    with engine.begin() as connection:
        table = sa.table("case_copy", *[sa.column(c.name, c.type) for c in columns])
        connection.execute(sa.insert(table).values(**old))
    engine.dispose()
    migrations.upgrade(SERVICE, url)
    with Bench(SERVICE, tmp_path).runtime.reading() as session:
        case = session.get_one(Case, CASE)
        assert (case.case_kind, case.state, case.authority) == ("litigation", None, None)

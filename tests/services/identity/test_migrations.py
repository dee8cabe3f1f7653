"""The tables as migrated are the tables as declared, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import sqlalchemy as sa
from alembic import command

from services.demo import seed_demo
from services.identity.app import SERVICE as IDENTITY
from services.identity.models import ApiClient, ClientSecret, LoginSession, Person
from services.identity.queries import administrators, live_grants
from services.roster.app import SERVICE as ROSTER
from shared import migrations
from shared.database import engine_for
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


ORG, OPEN, CLOSED, CITIZEN = (uuid5(NAMESPACE_URL, name) for name in ("org", "open", "closed", "citizen"))
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def fill_as_before(runtime: Runtime) -> None:
    """Rows as the last version wrote them."""
    place = {"id": ORG, "parent_path": None, "kind": "city", "name": "旧市"}
    person = {"name": "贾旧", "phone": "13800000090", "password_hash": "x", "password_temporary": False}
    grant = {"id": ORG, "person_id": OPEN, "role": "administrator", "organisation": "/old/"}
    with runtime.engine.begin() as connection:
        for path, row in (("/old/", ORG), ("/public/", OPEN)):
            _insert(connection, "organisation", place | {"id": row, "path": path})
        for row, active, at in ((OPEN, True, "/old/"), (CLOSED, False, "/old/"), (CITIZEN, True, "/public/")):
            sealed = {
                n: runtime.keys.seal(v, f"person.{n}") for n, v in person.items() if n in ("name", "phone")
            }
            login = {"login": runtime.keys.seal(row.hex, "person.login"), "login_index": row.hex}
            _insert(connection, "person", person | sealed | login | {
                "id": row, "organisation": at, "active": active, "created_at": LONG_AGO})  # fmt: skip
        _insert(connection, "api_client", {
            "id": ORG, "client_id": "old", "name": "旧接口", "secret_hash": "hash", "organisation": "/old/",
            "roles": "[]", "active": True, "created_at": LONG_AGO})  # fmt: skip
        _insert(connection, "role_grant", grant | {"granted_at": LONG_AGO})
        _insert(connection, "login_session", {
            "id": ORG, "person_id": OPEN, "started_at": LONG_AGO, "expires_at": LONG_AGO})  # fmt: skip


def _insert(connection: sa.Connection, table: str, row: dict[str, Any]) -> None:
    moments = sa.DateTime(timezone=True)
    bound = [
        sa.bindparam(name, type_=sa.Uuid() if isinstance(value, UUID) else moments)
        for name, value in row.items()
        if isinstance(value, UUID | datetime)
    ]
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})").bindparams(*bound), row)


def check_upgrade(url: str, folder: Path) -> None:
    """Accounts, grants and sessions of the last version live on; closed ones stay closed."""
    migrations._with_connection(IDENTITY, url, lambda config: command.upgrade(config, "0001"))
    runtime = Runtime(IDENTITY, settings_in(folder, database_url=url))
    fill_as_before(runtime)
    before = datetime.now(UTC)
    migrations.upgrade(IDENTITY, url)
    with runtime.reading() as session:
        people = {row: session.get_one(Person, row) for row in (OPEN, CLOSED, CITIZEN)}
        assert [p.state for p in people.values()] == ["active", "closed", "active"]
        assert people[OPEN].name == "贾旧"
        client, secret = session.get_one(ApiClient, ORG), session.scalars(sa.select(ClientSecret)).one()
        assert (client.scopes, client.requests_per_minute, client.last_used_at) == (None, 600, None)
        assert (secret.client_uuid, secret.secret_hash, secret.ends_at) == (ORG, "hash", None)
        later = people[OPEN].sleeps_at
        assert later is not None
        assert before + timedelta(days=90) <= later <= datetime.now(UTC) + timedelta(days=90)
        assert people[CLOSED].sleeps_at is people[CITIZEN].sleeps_at is None
        assert [g.role for g in live_grants(session, OPEN, before)] == ["administrator"]
        assert administrators(session, "/old/") == {OPEN}
        assert session.get_one(LoginSession, ORG).device == ""
    runtime.close()
    migrations._with_connection(IDENTITY, url, lambda config: command.downgrade(config, "0001"))
    engine = engine_for(url, "identity")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM person WHERE active")).scalar() == 2
        assert connection.execute(sa.text("SELECT secret_hash FROM api_client")).scalar() == "hash"
    engine.dispose()


def test_the_last_version_is_upgraded_on_sqlite(tmp_path: Path) -> None:
    check_upgrade(settings_in(tmp_path).database_url.replace("{service}", "identity"), tmp_path)


def test_the_last_version_is_upgraded_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    check_upgrade(postgres_url, tmp_path)

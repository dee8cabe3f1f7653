"""A million open tasks, made once and kept between runs as long as the tables are the same."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bench.house import House
from bench.models import APPROVAL, FORM
from bench.servers import settings_in
from deploy.postgres import Postgres
from services.workflow.models import Base

KEPT = Path(__file__).parents[1] / "var" / "bench"
ROLES, CITIES, CENTRES = 20, 20, 25
"""Tasks are spread evenly over so many roles, and over so many centres of so many cities."""

_COLUMNS = """
INSERT INTO task (key, element_key, instance_key, case_id, process_id, definition_key, version, element_id,
  name, form_id, form_key, org_path, assignee, candidate_groups, candidate_users, separate_from,
  separate_from_persons, due, priority, status, revision, created_at)
SELECT n + :base, n + :base + 1000000000, n + :base, gen_random_uuid(), 'approval', 1, 1, 'first',
  'first', 'opinion', 1, {place}, NULL, jsonb_build_array({role}), '[]', '[]', '[]',
  CASE WHEN n % 10 > 0 THEN timestamptz '2026-09-01' + (n * 7919 % 5000000) * interval '1 second' END,
  n % 3 * 25 + 25, 'CREATED', 1, timestamptz '2026-08-01' + n * interval '1 second'
FROM generate_series(1, CAST(:count AS bigint)) n
"""
_PLACE = f"'/province/city' || (n % {CITIES})::text || '/centre' || (n / {CITIES} % {CENTRES})::text || '/'"
_ROLE = f"'role' || (n / {CITIES * CENTRES} % {ROLES})::text"


@contextmanager
def open_tasks(count: int, kept: Path = KEPT) -> Iterator[House]:
    """The service on a database with so many open tasks; nothing is written to it."""
    home = kept / f"tasks-{count}-{_fingerprint()}"
    for other in kept.glob(f"tasks-{count}-*") if kept.exists() else ():
        if other != home:
            shutil.rmtree(other)
    home.mkdir(parents=True, exist_ok=True)
    postgres = Postgres(home / "postgres", Path("/tmp") / f"fayuan-{home.name[-20:]}", durable=False)
    postgres.start()
    opened = None
    try:
        opened = _house(home, postgres.url, count)
        yield opened
    finally:
        if opened is not None:
            opened.runtime.close()
        postgres.stop()
        shutil.rmtree(postgres.sockets, ignore_errors=True)


def _house(home: Path, url: str, count: int) -> House:
    ready = home / "ready"
    opened = House(settings_in(home, url), *(() if ready.exists() else (APPROVAL, FORM)))
    if not ready.exists():
        fill(opened, count)
        ready.touch()
    with opened.runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            sa.text("VACUUM ANALYZE task, candidate")
        )  # as on a server that has run for a while
    return opened


def fill(opened: House, count: int) -> None:
    """Write the tasks, each offered to one role at its centre, and let the planner know."""
    given = {"base": 4 * 10**18, "count": count}
    with opened.runtime.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text("TRUNCATE task, candidate"))
        connection.execute(sa.text(_COLUMNS.format(place=_PLACE, role=_ROLE)), given)
        named = ", ".join(column.name for column in Base.metadata.tables["candidate"].columns)
        values = {"task_key": "key", "kind": "'group'", "name": "candidate_groups->>0"}
        values["due"] = "coalesce(due, timestamptz '9999-12-31 00:00:00+00')"
        chosen = ", ".join(values.get(name.strip(), name) for name in named.split(","))
        connection.execute(sa.text(f"INSERT INTO candidate ({named}) SELECT {chosen} FROM task"))


def _fingerprint() -> str:
    """Of everything that decides what the tables look like and hold."""
    dialect = postgresql.dialect()
    tables = [Base.metadata.tables[name] for name in ("task", "candidate")]
    texts = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    texts += sorted(str(CreateIndex(i).compile(dialect=dialect)) for table in tables for i in table.indexes)
    return hashlib.sha256("".join([*texts, _COLUMNS, _PLACE, _ROLE]).encode()).hexdigest()[:12]

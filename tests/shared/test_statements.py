"""A row that is inserted unless it is there, and rows as one value, on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database import Document, Key, engine_for, ensure_tables
from shared.statements import gathered, insert_new

SHED = sa.MetaData()
tool = sa.Table(
    "tool",
    SHED,
    sa.Column("id", Key, primary_key=True, autoincrement=True),
    sa.Column("tag", sa.Uuid, unique=True),
    sa.Column("traits", Document),
)
TAG = UUID("00000000-0000-7000-8000-000000000001")


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = engine_for(url, "shed")
    ensure_tables(engine, "shed", SHED)
    yield engine
    engine.dispose()


def test_rows_are_gathered_into_one_value(engine: sa.Engine) -> None:
    values: list[object] = [
        {"齿": [1, 2.5, None, "x", 10**30]},
        "7",
        None,
        0.1 + 0.2,
        2**62 + 1,
        "",
        False,
        [],
    ]
    rows = [[2**62 + number, value] for number, value in enumerate(values)]
    key, traits = tool.c.id, tool.c["traits"]
    with Session(engine) as session, session.begin():
        session.execute(sa.insert(tool), [{"id": number, "traits": value} for number, value in rows])
        found = session.scalar(sa.select(gathered(key, traits)))
        nothing = session.scalar(sa.select(gathered(key)).where(key < 0))
    assert sorted(found) == rows
    assert not nothing


def test_insert_new_is_true_once(engine: sa.Engine) -> None:
    for expected in (True, False):
        with Session(engine) as session, session.begin():
            assert insert_new(session, tool, {"tag": TAG}) is expected


def test_two_at_once_insert_one_row(engine: sa.Engine) -> None:
    fresh: list[bool] = []

    def insert() -> None:
        with Session(engine) as session, session.begin():
            fresh.append(insert_new(session, tool, {"tag": TAG}))

    threads = [threading.Thread(target=insert) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fresh) == [False] * 7 + [True]

"""The same columns and promises on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from shared import secrecy
from shared.database import (
    DecimalText,
    Document,
    Encrypted,
    Instant,
    Key,
    answers,
    engine_for,
    ensure_schema,
    ensure_tables,
    reading,
)
from shared.secrecy import Keyring, SealError
from shared.statements import insert_new

SHED = sa.MetaData()
tool = sa.Table(
    "tool",
    SHED,
    sa.Column("id", Key, primary_key=True, autoincrement=True),
    sa.Column("tag", sa.Uuid, unique=True),
    sa.Column("bought", Instant),
    sa.Column("price", DecimalText),
    sa.Column("traits", Document),
    sa.Column("owner", Encrypted("tool.owner")),
    sa.Column("lender", Encrypted("tool.lender")),
)
TAG = UUID("00000000-0000-7000-8000-000000000001")
SHANGHAI = timezone(timedelta(hours=8))


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    Keyring.create(tmp_path / "keys")
    secrecy.install(Keyring.load(tmp_path / "keys"))
    engine = engine_for(url, "shed")
    ensure_tables(engine, "shed", SHED)
    yield engine
    engine.dispose()


def stored(engine: sa.Engine, **values: Any) -> sa.Row[Any]:
    with Session(engine) as session, session.begin():
        session.execute(sa.insert(tool).values(**values))
    with reading(engine) as session:
        return session.execute(sa.select(tool)).one()


def test_moments_come_back_aware_and_in_utc(engine: sa.Engine) -> None:
    noon = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=SHANGHAI)
    bought = stored(engine, bought=noon).bought
    assert bought == noon
    assert bought.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        stored(engine, bought=datetime(2026, 3, 2))


def test_moments_compare_across_zones(engine: sa.Engine) -> None:
    stored(engine, bought=datetime(2026, 3, 2, 12, tzinfo=SHANGHAI))
    with reading(engine) as session:
        for hour, count in ((3, 0), (4, 1), (5, 1)):
            before = tool.c.bought <= datetime(2026, 3, 2, hour, tzinfo=UTC)
            assert session.scalar(sa.select(sa.func.count()).where(before)) == count


@pytest.mark.parametrize("price", ["0.10", "1E+3", "12345678901234567890.123456789", "-0"])
def test_decimals_keep_every_digit(engine: sa.Engine, price: str) -> None:
    assert str(stored(engine, price=Decimal(price)).price) == price


def test_documents_come_back_and_an_absent_one_is_null(engine: sa.Engine) -> None:
    traits = {"颜色": ["红", None, 1.5, True], "深": {"a": {}}}
    assert stored(engine, traits=traits).traits == traits
    with Session(engine) as session, session.begin():
        session.execute(sa.update(tool).values(traits=None))
    with reading(engine) as session:
        assert session.scalar(sa.select(tool.c.id).where(tool.c.traits.is_(None))) is not None


def test_encrypted_columns_are_unreadable_in_the_table_and_open_here(engine: sa.Engine) -> None:
    assert stored(engine, owner={"name": "虚构的人名"}).owner == {"name": "虚构的人名"}
    with reading(engine) as session:
        raw = session.scalar(sa.text("SELECT owner FROM tool"))
    assert str(raw).startswith("v1.k1.")
    assert "虚构" not in str(raw)


def test_a_sealed_value_moved_to_another_column_does_not_open(engine: sa.Engine) -> None:
    stored(engine, owner={"name": "虚构的人名"})
    with Session(engine) as session, session.begin():
        session.execute(sa.text("UPDATE tool SET lender = owner"))
    with reading(engine) as session, pytest.raises(SealError):
        session.execute(sa.select(tool)).one()


def test_empty_cells_stay_empty(engine: sa.Engine) -> None:
    row = stored(engine, tag=TAG)
    assert (row.bought, row.price, row.traits, row.owner) == (None, None, None, None)


def test_reading_then_writing_waits_for_the_other_writer(engine: sa.Engine) -> None:
    stored(engine, price=Decimal(0))

    def add_one() -> None:
        with Session(engine) as session, session.begin():
            price = session.execute(sa.select(tool.c.price).with_for_update()).scalar_one()
            session.execute(sa.update(tool).values(price=price + 1))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.scalar(sa.select(tool.c.price)) == 8


def test_reading_goes_on_while_somebody_writes(engine: sa.Engine) -> None:
    stored(engine, tag=TAG)
    with Session(engine) as writer, writer.begin():
        writer.execute(sa.update(tool).values(tag=None))
        with reading(engine) as session:
            assert session.scalar(sa.select(tool.c.tag)) == TAG


def test_the_text_of_an_error_holds_no_values(engine: sa.Engine) -> None:
    with pytest.raises(DBAPIError) as wrong, Session(engine) as session:
        session.execute(sa.text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": "虚构的人名"})
    assert "虚构" not in str(wrong.value)


def test_processes_that_start_together_make_the_tables_once(url: str) -> None:
    failed: list[Exception] = []

    def make() -> None:
        engine = engine_for(url, "shed")
        try:
            ensure_tables(engine, "shed", SHED)
        except Exception as error:  # whatever it is, the test below shows it
            failed.append(error)
        engine.dispose()

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_database_that_is_there_answers(engine: sa.Engine) -> None:
    assert answers(engine)


def test_a_database_that_is_not_there_does_not(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}", f"postgresql+psycopg://nobody@/none?host={tmp_path}"):
        engine = engine_for(url, "shed")
        assert not answers(engine)
        engine.dispose()


def test_each_service_has_its_own_schema(postgres_url: str) -> None:
    for service in ("shed", "barn"):
        engine = engine_for(postgres_url, service)
        ensure_schema(engine, service)
        ensure_schema(engine, service)
        ensure_tables(engine, service, SHED)
        with Session(engine) as session, session.begin():
            assert insert_new(session, tool, {"tag": TAG}), "the other service's row is not in the way"
        engine.dispose()


def test_a_reading_session_cannot_write_on_postgresql(postgres_url: str) -> None:
    engine = engine_for(postgres_url, "shed")
    ensure_tables(engine, "shed", SHED)
    with reading(engine) as session, pytest.raises(DBAPIError, match="read-only"):
        session.execute(sa.insert(tool))
    engine.dispose()


def test_what_is_asked_again_and_again_stays_planned(postgres_url: str) -> None:
    engine = engine_for(postgres_url, "depot")
    for _ in range(12):  # the driver has a statement planned for good once it came five times
        with reading(engine) as session:
            session.execute(sa.select(sa.literal(1)))
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
    engine.dispose()
    assert any("SELECT $1" in statement for statement in kept)

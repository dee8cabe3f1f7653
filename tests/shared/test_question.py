"""The question that begins a transaction is answered as the mapper would, whoever asks it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared import secrecy
from shared.database import Document, Encrypted, Instant, engine_for, ensure_tables
from shared.line import Line
from shared.question import Question
from shared.secrecy import Keyring
from shared.statements import gathered
from tests.hearing import heard


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Instant, dict[str, Any]: Document}


class Ship(Base):
    __tablename__ = "ship"
    key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    called: Mapped[str] = mapped_column("name")
    tag: Mapped[UUID | None]
    built: Mapped[datetime | None]
    papers: Mapped[dict[str, Any] | None]
    plan: Mapped[bytes | None]
    owner: Mapped[Any] = mapped_column(Encrypted("ship.owner"), nullable=True)


class Crew(Base):
    __tablename__ = "crew"
    key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    ship: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str]


KEY, TAG = 2**62 + 1, UUID(int=7)
FULL = {
    "key": KEY, "called": "东风 %s $1", "tag": TAG, "built": datetime(2026, 3, 2, 4, 0, 0, 1, tzinfo=UTC),
    "papers": {"weight": [1, 2.5, None, "吨"]}, "plan": b"\x00\xff", "owner": {"name": "张三"},
}  # fmt: skip
BARE = {**dict.fromkeys(FULL), "key": 2, "called": ""}
NAMES = sa.select(gathered(Crew.name)).where(Crew.ship == Ship.key).correlate(Ship).scalar_subquery()
IS_IT = (Ship.tag == sa.bindparam("tag", type_=sa.Uuid())).label("is_it")
ASKED = (
    sa.select(Ship, Crew, NAMES.label("names"), IS_IT)
    .join(Crew, Crew.ship == Ship.key)
    .where(Ship.key == sa.bindparam("key", type_=sa.BigInteger()), Crew.name != "nobody")
    .with_for_update().execution_options(populate_existing=True)
)  # fmt: skip
QUESTION = Question(ASKED)


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    Keyring.create(tmp_path / "keys")
    secrecy.install(Keyring.load(tmp_path / "keys"))
    engine = engine_for(url, "port")
    ensure_tables(engine, "port", Base.metadata)
    with Session(engine) as session:
        session.add_all(
            [Ship(**FULL), Ship(**BARE), Crew(key=5, ship=KEY, name="乙"), Crew(key=6, ship=2, name="丙")]
        )
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


def ask(session: Session, key: int = KEY, tag: UUID | None = TAG) -> Any:
    return QUESTION.ask(session, {"key": key, "tag": tag})


def fields(ship: Ship) -> dict[str, Any]:
    return {name: getattr(ship, name) for name in FULL}


def test_every_kind_of_value_is_read(session: Session) -> None:
    found = ask(session)
    assert fields(found.Ship) == FULL
    assert (found.Crew.key, found.Crew.ship, found.Crew.name) == (5, KEY, "乙")
    assert ([list(row) for row in found.names], bool(found.is_it)) == ([["乙"]], True)
    session.commit()
    found = ask(session, 2, None)
    assert fields(found.Ship) == BARE
    assert found.is_it is None


def test_there_may_be_no_answer(session: Session) -> None:
    assert ask(session, 3) is None
    assert ask(session).Ship.key == KEY


def test_what_it_found_is_the_sessions(session: Session, engine: sa.Engine) -> None:
    """Read once, clean, and written like any other."""
    ship: Ship = ask(session).Ship
    assert session.get(Ship, KEY) is ship
    assert not session.dirty
    assert not session.new
    said: list[str] = []
    with heard(engine, said.append):
        ship.called = "西风"
        session.commit()
    assert len(said) == 1
    with Session(engine) as other:
        assert other.get_one(Ship, KEY).called == "西风"


def test_who_holds_it_already_sees_it_as_it_is_now(session: Session, engine: sa.Engine) -> None:
    ship: Ship = session.get_one(Ship, KEY)
    session.commit()
    with Session(engine) as other:
        other.get_one(Ship, KEY).called = "西风"
        other.commit()
    assert ship.called == FULL["called"]
    assert ask(session).Ship is ship
    assert ship.called == "西风"


def test_what_waits_to_be_written_is_seen(session: Session) -> None:
    session.add(Crew(key=7, ship=3, name="丁"))
    session.add(Ship(**{**BARE, "key": 3}))
    assert ask(session, 3).Crew.name == "丁"


def test_a_later_question_is_of_the_same_transaction(session: Session) -> None:
    session.execute(sa.update(Ship).where(Ship.key == 2).values(called="新"))
    assert ask(session, 2).Ship.called == "新"
    session.rollback()
    assert ask(session, 2).Ship.called in ("", "新")  # the session still holds it, or reads anew


on_postgresql = pytest.mark.parametrize(
    "url", [pytest.param("postgresql", marks=pytest.mark.servers)], indirect=True
)


@on_postgresql
def test_it_goes_with_the_begin(engine: sa.Engine, session: Session) -> None:
    said: list[str] = []
    with heard(engine, said.append):
        ask(session)
        session.expunge_all()
        ask(session, 2)
    assert "$1" in said[0]
    assert "$1" not in said[1], "the transaction had begun"


@on_postgresql
def test_a_lock_that_is_held_too_long_is_told_as_everywhere(engine: sa.Engine, session: Session) -> None:
    with Session(engine) as other:
        other.get_one(Ship, KEY, with_for_update=True)
        line = session.connection().connection.driver_connection
        assert isinstance(line, Line)
        line.execute("SET lock_timeout = '20ms'")
        line.commit()
        with pytest.raises(OperationalError) as busy:
            ask(session)
        assert getattr(busy.value.orig, "sqlstate", "") == "55P03"
    session.rollback()
    assert ask(session).Ship.key == KEY


@on_postgresql
def test_who_waits_for_a_lock_holds_up_nobody_else(engine: sa.Engine, session: Session) -> None:
    """Other threads go on meanwhile."""
    with Session(engine) as other:
        other.get_one(Ship, KEY, with_for_update=True)
        asking = threading.Thread(target=ask, args=(session,))
        asking.start()
        assert ask(other, 2).Ship.key == 2
        assert asking.is_alive()
        other.commit()
        asking.join(10)
        assert not asking.is_alive()


@on_postgresql
def test_a_lost_server_is_told_as_everywhere(engine: sa.Engine, session: Session) -> None:
    connection = session.connection()
    line = connection.connection.driver_connection
    assert isinstance(line, Line)
    with engine.connect() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": line.info.backend_pid})
    with pytest.raises(OperationalError) as lost:
        ask(session)
    assert lost.value.connection_invalidated
    session.rollback()
    assert ask(session).Ship.key == KEY

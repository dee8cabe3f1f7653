"""Rows written together: the same on SQLite, one by one, and on PostgreSQL, in one statement."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared import secrecy
from shared.bundle import Bundle, Count, Link, Newest, Numbered, bundle_of
from shared.bundle.shapes import CHANGE, Shape
from shared.bundle.statements import together
from shared.database import Document, Encrypted, Instant, engine_for, ensure_tables, table_of
from shared.secrecy import Keyring
from tests.hearing import heard


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Instant, UUID: sa.Uuid}


class Tool(Base):
    __tablename__ = "tool"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(12))
    tag: Mapped[UUID | None]
    bought: Mapped[datetime | None]
    sharp: Mapped[bool | None]
    traits: Mapped[Any | None] = mapped_column(Document)
    drawing: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    owner: Mapped[str | None] = mapped_column(Encrypted("tool.owner"))
    uses: Mapped[int] = mapped_column(sa.Integer)
    manual: Mapped[int | None] = mapped_column(sa.BigInteger)


class Loan(Base):
    __tablename__ = "loan"
    tool: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    who: Mapped[str] = mapped_column(sa.String(20))


class Manual(Base):
    __tablename__ = "manual"
    key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    of: Mapped[str]
    version: Mapped[int]


TOOL, LOAN, MANUAL = table_of(Tool), table_of(Loan), table_of(Manual)
KEY = 2**62 + 1
FULL = {
    "id": KEY, "name": '锯 "%s" \\x', "tag": UUID(int=7), "sharp": True, "uses": 3, "owner": "张三",
    "bought": datetime(2026, 3, 2, 4, 0, 0, 1, tzinfo=UTC), "traits": {"teeth": [1, 2.5, None, "齿"]},
    "drawing": b"\x00\xff", "manual": None,
}  # fmt: skip
EMPTY = {**dict.fromkeys(FULL), "id": 2, "name": "", "uses": 0}


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    Keyring.create(tmp_path / "keys")
    secrecy.install(Keyring.load(tmp_path / "keys"))
    engine = engine_for(url, "shed")
    ensure_tables(engine, "shed", Base.metadata)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def bundle(session: Session) -> Bundle:
    return bundle_of(session)


def tools(session: Session) -> dict[int, dict[str, Any]]:
    return {row.id: dict(row._mapping) for row in session.execute(sa.select(TOOL))}


def test_every_kind_of_value_comes_back(session: Session, bundle: Bundle) -> None:
    bundle.add(TOOL, dict(FULL))
    bundle.add(TOOL, dict(EMPTY))
    session.commit()
    assert tools(session) == {KEY: FULL, 2: EMPTY}
    raw = session.scalar(sa.text("SELECT owner FROM tool WHERE id = 2 OR owner LIKE 'v1.%' ORDER BY id DESC"))
    assert raw.startswith("v1."), "sealed where it lies"


def test_numbers_are_counted_up_and_given_in_the_same_writing(session: Session, bundle: Bundle) -> None:
    shelf = Count(MANUAL, ("of", "key", "version"), key="key", number="version", renewed=("of",))
    for last, name in ((2, "first"), (3, "second")):
        bundle.count(shelf, {"key": 7, "of": name, "version": last})
        bundle.count(shelf, {"key": 8, "of": name, "version": 1})
        for number in range(last):
            row = {**EMPTY, "id": last * 10 + number, "manual": 7, "uses": last - 1 - number}
            bundle.put(TOOL, row, uses=Numbered(shelf, "manual"))
        bundle.put(TOOL, {**EMPTY, "id": 1, "manual": 8, "uses": 0}, uses=Numbered(shelf, "manual"))
        session.commit()
    assert {i: row["uses"] for i, row in tools(session).items()} == {20: 1, 21: 2, 30: 3, 31: 4, 32: 5, 1: 2}
    counted = session.execute(sa.select(MANUAL.c.key, MANUAL.c.of, MANUAL.c.version).order_by(MANUAL.c.key))
    assert [tuple(row) for row in counted] == [(7, "second", 5), (8, "second", 2)]


def test_what_has_no_zone_is_refused(session: Session, bundle: Bundle) -> None:
    bundle.add(TOOL, {**FULL, "bought": datetime(2026, 3, 2)})
    with pytest.raises((TypeError, ValueError)):
        session.commit()


def test_numbers_of_any_size_are_kept(session: Session, bundle: Bundle) -> None:
    numbers = {"many": 10**30, "few": -(10**30), "part": 0.1}
    bundle.add(TOOL, {**FULL, "traits": numbers})
    session.commit()
    assert tools(session)[KEY]["traits"] == numbers


def test_rows_are_added_changed_and_dropped_at_once(session: Session, bundle: Bundle) -> None:
    for number in (1, 2, 3):
        bundle.add(TOOL, {**EMPTY, "id": number})
        bundle.put(LOAN, {"tool": number, "who": "甲"})
    session.commit()
    bundle.put(LOAN, {"tool": 1, "who": "乙"})
    bundle.change(TOOL, {"id": 2, "name": ""}, {"name": "斧", "sharp": None}, "uses")
    bundle.change(TOOL, {"id": 3, "name": "other"}, {"name": "斧", "sharp": None}, "uses")
    bundle.drop(LOAN, {"tool": 2})
    bundle.add(TOOL, {**EMPTY, "id": 4})
    session.commit()
    assert {i: (row["name"], row["uses"]) for i, row in tools(session).items()} == {
        1: ("", 0), 2: ("斧", 1), 3: ("", 0), 4: ("", 0),
    }  # fmt: skip
    loans = session.execute(sa.select(LOAN.c.tool, LOAN.c.who).order_by(LOAN.c.tool)).all()
    assert [tuple(loan) for loan in loans] == [(1, "乙"), (3, "甲")]


def test_rows_are_dropped_by_those_of_another_table(session: Session, bundle: Bundle) -> None:
    for number, name in ((1, "斧"), (2, "锯"), (3, "斧")):
        bundle.add(TOOL, {**EMPTY, "id": number, "name": name})
        bundle.add(LOAN, {"tool": number, "who": "甲"})
    session.commit()
    bundle.drop(LOAN, {"name": "斧"}, Link("tool", TOOL, "id"))
    session.commit()
    assert list(session.scalars(sa.select(LOAN.c.tool))) == [2]


def test_a_column_gets_the_newest_version(session: Session, bundle: Bundle) -> None:
    for key, of, version in ((10, "斧", 1), (11, "斧", 2), (12, "锯", 3)):
        bundle.add(MANUAL, {"key": key, "of": of, "version": version})
    session.commit()
    for number, name in enumerate(("斧", "锤"), 1):
        row = {**EMPTY, "id": number, "name": name, "manual": name}
        bundle.add(TOOL, row, manual=Newest(MANUAL, "of"))
    session.commit()
    assert [session.get_one(Tool, number).manual for number in (1, 2)] == [11, None]


def test_mapped_objects_are_written_once(session: Session, bundle: Bundle, engine: sa.Engine) -> None:
    written: list[str] = []
    tool = Tool(id=1, name="斧", uses=1)
    with heard(engine, written.append):
        bundle.follow(tool)
        bundle.write()
        tool.name, tool.uses = "锯", 2
        session.commit()
    written[:] = [each for each in written if "tool" in each]
    assert len(written) == 2
    assert (tool.name, tool.uses, tool.owner) == ("锯", 2, None)


@pytest.mark.parametrize("written", [False, True])
def test_what_a_savepoint_gave_goes_with_it(session: Session, bundle: Bundle, written: bool) -> None:
    tool = Tool(id=1, name="斧", uses=1)
    bundle.follow(tool)
    bundle.write()
    bundle.add(LOAN, {"tool": 1, "who": "甲"})
    savepoint = session.begin_nested()
    tool.uses = 2
    bundle.add(LOAN, {"tool": 2, "who": "乙"})
    with session.begin_nested():
        bundle.add(LOAN, {"tool": 3, "who": "丙"})
    bundle.follow(other := Tool(id=2, name="锯", uses=1))
    if written:
        bundle.write()
    savepoint.rollback()
    assert tool.uses == 1
    assert other not in session
    session.commit()
    assert list(tools(session)) == [1]
    assert list(session.scalars(sa.select(LOAN.c.tool))) == [1]


def test_a_savepoint_takes_nothing_of_the_one_before(session: Session, bundle: Bundle) -> None:
    kept, lost = Tool(id=1, name="斧", uses=1), Tool(id=2, name="锯", uses=1)
    with session.begin_nested():
        bundle.follow(kept)
    savepoint = session.begin_nested()
    bundle.follow(lost)
    savepoint.rollback()
    assert kept in session
    assert lost not in session
    kept.uses = 2
    session.commit()
    assert {number: row["uses"] for number, row in tools(session).items()} == {1: 2}


def test_nothing_is_half_written(session: Session, bundle: Bundle) -> None:
    bundle.add(LOAN, {"tool": 1, "who": "甲"})
    session.commit()
    bundle.add(TOOL, dict(EMPTY))
    bundle.add(LOAN, {"tool": 1, "who": "乙"})
    with pytest.raises((IntegrityError, OperationalError)):
        session.commit()
    session.rollback()
    assert tools(session) == {}
    session.commit()
    assert list(session.scalars(sa.select(LOAN.c.who))) == ["甲"], "and it is not tried again"


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.servers)], indirect=True)
@pytest.mark.parametrize("several", [False, True])
def test_few_rows_are_looked_up_and_no_table_is_read_whole(engine: sa.Engine, several: bool) -> None:
    shape = Shape(CHANGE, TOOL, ("name",), ("id",))
    with engine.begin() as connection:
        connection.execute(sa.insert(TOOL), [{**EMPTY, "id": number} for number in range(9000)])
        rows = [{"name": "x", "if_id": number} for number in range(3 if several else 1)]
        plan = connection.exec_driver_sql(
            f"EXPLAIN {together(((shape, several),), '%s')[0]}", (json.dumps({"p0": rows}),)
        )
        text = "\n".join(line for (line,) in plan)
    assert "Index Scan using tool_pkey" in text
    assert "Seq Scan on tool" not in text

"""Several statements in one trip to PostgreSQL: what is done, what is not, and what is remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from shared.database import collided
from shared.line import Line, Said
from tests.shared.lines.stones import ADDED, add, adding, line_of, stones

pytestmark = pytest.mark.servers
LARGE = 20_000_000  # characters: more than any buffer between the two


@contextmanager
def trips() -> Iterator[list[tuple[str, ...]]]:
    """The texts of every trip."""
    gone: list[tuple[str, ...]] = []
    go = Line.trip

    def trip(line: Line, *statements: Said) -> Any:
        gone.append(tuple(each.text for each in statements))
        return go(line, *statements)

    with patch.object(Line, "trip", trip):
        yield gone


def test_what_was_put_off_is_written_with_the_commit(engine: sa.Engine, session: Session) -> None:
    add(session, 1)
    line_of(session).put_off(adding(2))
    assert stones(engine) == []
    with trips() as gone:
        session.commit()
    assert gone == [(ADDED, "COMMIT")]
    assert stones(engine) == [1, 2]


def test_it_is_written_alone_where_nothing_began(engine: sa.Engine, session: Session) -> None:
    line_of(session).put_off(adding(2))
    with trips() as gone:
        session.commit()
    assert gone == [(ADDED,)]
    assert stones(engine) == [2]


def test_a_rollback_drops_it(engine: sa.Engine, session: Session) -> None:
    add(session, 1)
    line_of(session).put_off(adding(2))
    session.rollback()
    add(session, 3)
    session.commit()
    assert stones(engine) == [3]


def test_a_connection_given_back_drops_it(engine: sa.Engine) -> None:
    with Session(engine) as session:
        line_of(session).put_off(adding(2))
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert stones(engine) == []


def test_it_is_sent_before_anything_else(engine: sa.Engine, session: Session) -> None:
    line = line_of(session)
    add(session, 1)
    line.put_off(adding(2))
    line.put_off(adding(3))
    assert session.scalar(sa.text("SELECT sum(weight) FROM stone")) == 6
    session.rollback()
    assert stones(engine) == []


def test_a_savepoint_takes_back_what_was_put_off_in_it(engine: sa.Engine, session: Session) -> None:
    add(session, 1)
    savepoint = session.begin_nested()
    line_of(session).put_off(adding(2))
    savepoint.rollback()
    with session.begin_nested():
        line_of(session).put_off(adding(3))
    session.commit()
    assert stones(engine) == [1, 3]


def test_what_is_wrong_with_it_is_raised_by_the_commit_and_nothing_is_kept(
    engine: sa.Engine, session: Session
) -> None:
    for weight, kind in (("1", IntegrityError), ('"heavy"', DataError)):
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO stone VALUES (1) ON CONFLICT DO NOTHING")
        add(session, 2)
        line_of(session).put_off(adding(weight))
        with pytest.raises(kind) as refused:
            session.commit()
        assert not isinstance(refused.value, IntegrityError) or collided(refused.value)
        session.rollback()
        assert stones(engine) == [1]
    line_of(session).put_off(adding(3))
    session.commit()
    assert stones(engine) == [1, 3]


def test_a_refused_commit_keeps_nothing(engine: sa.Engine, session: Session) -> None:
    """The statement itself is right; what is checked at the end is not."""
    deferred = "ALTER TABLE stone ADD CONSTRAINT light EXCLUDE (weight WITH =) DEFERRABLE INITIALLY DEFERRED"
    with engine.begin() as connection:
        connection.exec_driver_sql(deferred.replace("EXCLUDE", "EXCLUDE USING btree"))
        connection.exec_driver_sql("ALTER TABLE stone DROP CONSTRAINT stone_pkey")
        connection.exec_driver_sql("INSERT INTO stone VALUES (1)")
    add(session, 2)
    line_of(session).put_off(adding(1))
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert stones(engine) == [1]


def test_a_large_one_passes(engine: sa.Engine, session: Session) -> None:
    line_of(session).put_off(Said(ADDED, (b'[7,"' + b"x" * LARGE + b'"]',)))
    session.commit()
    assert stones(engine) == [7]
    answer = line_of(session).ask_first(Said("SELECT repeat($1::text, $2::int)", (b"x", b"%d" % LARGE)))
    assert answer == ["x" * LARGE]


def test_questions_begin_the_transaction(engine: sa.Engine, session: Session) -> None:
    line = line_of(session)
    assert line.begins_plainly
    question = Said("SELECT $1::int, now(), $2::jsonb, NULL", (b"4", b'{"a": 1}'))
    first = line.ask_first(question)
    assert first is not None
    assert not line.begins_plainly
    assert (first[0], first[2:]) == (4, [{"a": 1}, None])
    assert session.scalar(sa.text("SELECT now()")) == first[1], "the same transaction"
    session.rollback()
    assert line_of(session).ask_first(Said("SELECT 1 WHERE $1::int = 1", (b"2",))) is None
    session.commit()
    again = line_of(session).ask_first(question._replace(values=(b"5", b"[]")))
    assert again is not None
    assert (again[0], again[2]) == (5, [])


@pytest.mark.parametrize("how", [{"isolation_level": "SERIALIZABLE"}, {"postgresql_readonly": True}])
def test_who_begins_otherwise_does_it_the_drivers_way(engine: sa.Engine, how: dict[str, object]) -> None:
    with Session(engine.execution_options(**how)) as session:
        assert not line_of(session).begins_plainly
    with Session(engine) as session:
        assert line_of(session).begins_plainly, "the same connection"

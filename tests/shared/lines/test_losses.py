"""Trips to PostgreSQL that fail, plans that are forgotten, lines that are lost."""

import os
import signal

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from shared import line as lines
from shared.line import Line, Said
from tests.shared.lines.stones import ADDED, add, adding, line_of, stones

pytestmark = pytest.mark.servers
LARGE = 20_000_000  # characters: more than any buffer between the two


def test_a_plan_outlives_neither_a_rollback_nor_its_place(
    engine: sa.Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver has PostgreSQL forget all plans after a rollback, one to a savepoint too."""
    monkeypatch.setattr(lines, "_KEPT", 2)
    for number in range(12):
        add(session, -1 - number)
        for _ in range(6):  # the driver has that planned too, and forgets it
            session.execute(sa.text(f"SELECT {number % 3}"))
        nested = session.begin_nested()
        nested.rollback()
        kind = Said(f"{ADDED} + {1000 * (number % 3)}", (b"[%d]" % number,))
        line_of(session).put_off(kind)
        session.commit()
        add(session, 5000)
        session.rollback()
    assert len([weight for weight in stones(engine) if weight >= 0]) == 12
    line_of(session)
    names = session.scalars(sa.text("SELECT name FROM pg_prepared_statements WHERE name LIKE 'line_%'"))
    assert len(list(names)) <= 2


def test_what_could_not_be_planned_is_planned_anew(engine: sa.Engine, session: Session) -> None:
    later = Said("INSERT INTO pebble VALUES ($1::int)", (b"1",))
    for _ in range(2):
        line_of(session).put_off(later)
        with pytest.raises(ProgrammingError):
            session.commit()
        session.rollback()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE pebble (weight INTEGER)")
    line_of(session).put_off(later)
    session.commit()
    assert session.scalar(sa.text("SELECT weight FROM pebble")) == 1


@pytest.mark.parametrize("place", ["_send", "_answers"])
def test_a_trip_that_is_broken_off_leaves_no_line(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Nobody knows what was done of it."""

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Line, place, broken_off)
    line = Line.connect(postgres_url.replace("+psycopg", ""))
    with pytest.raises(KeyboardInterrupt):
        line.trip(Said("SELECT 1"))
    assert line.closed


def test_a_server_that_is_lost_is_told_as_everywhere(engine: sa.Engine, session: Session) -> None:
    def lose() -> None:
        pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    add(session, 1)
    lose()
    line_of(session).put_off(adding(2))
    with pytest.raises(OperationalError):
        session.commit()
    session.rollback()
    assert stones(engine) == []
    line_of(session).put_off(adding(3))
    session.commit()
    assert stones(engine) == [3]


def test_half_a_trip_does_nothing(engine: sa.Engine, postgres_url: str) -> None:
    """A process is killed when the statement has arrived and the COMMIT has not."""
    child = os.fork()
    if child == 0:
        with Line.connect(postgres_url.replace("+psycopg", ""), options="-c search_path=quarry") as line:
            line.execute("INSERT INTO stone VALUES (1)")
            line.trip(adding(2))
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert stones(engine) == []


def test_the_error_is_the_drivers(engine: sa.Engine) -> None:
    """Its class and details are those of any other statement."""
    with engine.connect() as connection:
        line = connection.connection.driver_connection
        assert isinstance(line, Line)
        with pytest.raises(psycopg.errors.UniqueViolation) as refused:
            line.trip(adding(1), adding(1), adding(2))
        assert refused.value.diag.constraint_name == "stone_pkey"
        line.rollback()
    assert stones(engine) == []

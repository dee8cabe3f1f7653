"""How stones come into the quarry, and which lie there."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.line import Line, Said

ADDED = "INSERT INTO stone SELECT ($1::jsonb->>0)::int"


def line_of(session: Session) -> Line:
    line = session.connection().connection.driver_connection
    assert isinstance(line, Line)
    return line


def adding(weight: object) -> Said:
    return Said(ADDED, (f"[{weight}]".encode(),))


def stones(engine: sa.Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT weight FROM stone ORDER BY weight")))


def add(session: Session, weight: int) -> None:
    session.execute(sa.text("INSERT INTO stone VALUES (:weight)"), {"weight": weight})

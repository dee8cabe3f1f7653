"""A quarry whose stones are unique."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database import engine_for, ensure_schema


@pytest.fixture
def engine(postgres_url: str) -> Iterator[sa.Engine]:
    engine = engine_for(postgres_url, "quarry")
    ensure_schema(engine, "quarry")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE stone (weight INTEGER PRIMARY KEY)")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session

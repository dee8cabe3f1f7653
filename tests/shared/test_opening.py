"""Who opens a new SQLite file while somebody writes the first of it waits, and is not refused."""

import sqlite3
import threading
from pathlib import Path

import sqlalchemy as sa

from shared.database import engine_for


def test_opening_waits_for_who_made_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    maker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    maker.execute("CREATE TABLE tool (id INTEGER)")
    maker.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, maker.execute, ("COMMIT",)).start()
    engine = engine_for(f"sqlite:///{file}", "shed")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    engine.dispose()
    maker.close()

"""Tables that are only ever added to: the database itself refuses to change or delete a row."""

from __future__ import annotations


def append_only(table: str, columns: str) -> dict[str, tuple[str, ...]]:
    """The statements for each kind of database, to be run once the table is there; `columns`, with commas,
    are those that must not change (others may: what is sealed is sealed anew when keys rotate)."""
    refused = f"{table} is only added to"
    sqlite = tuple(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        for name, act in (("update", f"UPDATE OF {columns}"), ("delete", "DELETE"))
    )
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refused}'; END $$"
    )
    trigger = (
        f"CREATE OR REPLACE TRIGGER {table}_fixed BEFORE UPDATE OF {columns} OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    return {"sqlite": sqlite, "postgresql": (function, trigger)}

"""Schema migrations: one alembic history per service, run one after the other before serving.

Every `services/<name>/migrations/env.py` is the one line `run(SERVICE)`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from shared.database import engine_for, ensure_schema
from shared.messaging.tables import MECHANISM
from shared.service import Service

_CONNECTION = "connection"


def upgrade(service: Service, url: str) -> None:
    """Bring one service's database to the newest schema."""
    _with_connection(service, url, lambda config: command.upgrade(config, "head"))


def write_migration(service: Service, url: str, message: str) -> None:
    """Write the next migration from what the metadata has and the database lacks (for developers)."""

    def write(config: Config) -> None:
        number = len(list((_folder(service) / "versions").glob("*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")

    _with_connection(service, url, write)


def differences(service: Service, url: str) -> list[object]:
    """What the service's metadata and its migrated database disagree on; empty when nothing."""
    engine = engine_for(url, service.name)
    with engine.connect() as connection:
        options = {"compare_type": False, "include_name": _ours}
        migration = MigrationContext.configure(connection, opts=options)
        found: list[object] = list(compare_metadata(migration, _metadata(service)))  # type: ignore[arg-type]
    engine.dispose()
    return found


def run(service: Service) -> None:
    """What `env.py` calls: run the migrations on the connection that `upgrade` opened."""
    connection = context.config.attributes[_CONNECTION]
    context.configure(
        connection=connection,
        target_metadata=_metadata(service),
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=_ours,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


def _folder(service: Service) -> Path:
    return Path(importlib.import_module(f"services.{service.name}").__file__ or "").parent / "migrations"


def _with_connection(service: Service, url: str, act: Callable[[Config], None]) -> None:
    engine = engine_for(url, service.name, patient=True)
    ensure_schema(engine, service.name)
    config = Config()
    config.set_main_option("script_location", str(_folder(service)).replace("%", "%%"))
    config.set_main_option("version_path_separator", "os")
    with engine.begin() as connection:
        config.attributes[_CONNECTION] = connection
        act(config)
    engine.dispose()


def _metadata(service: Service) -> list[sa.MetaData]:
    return [service.metadata, MECHANISM]


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _render(kind: str, item: object, autogenerate: Any) -> str | Literal[False]:
    """Our column types by their module, with the import they need."""
    if kind != "type":
        return False
    text = _our_type(item)
    if text:
        autogenerate.imports.add("import shared.database")
    return text


def _our_type(item: object) -> str | Literal[False]:
    if isinstance(item, sa.JSON):
        return "shared.database.Document"
    if isinstance(item, sa.BigInteger):
        return "shared.database.Key"
    if type(item).__module__ != "shared.database":
        return False
    place = getattr(item, "place", None)
    return f"shared.database.{type(item).__name__}({repr(place) if place else ''})"

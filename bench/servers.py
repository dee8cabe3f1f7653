"""A durable PostgreSQL and a RabbitMQ for one figure; they and their data are gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.postgres import Postgres
from deploy.rabbit import Rabbit
from shared.secrecy import Keyring
from shared.settings import Settings
from shared.web.tokens import create_keys


@contextmanager
def servers() -> Iterator[Settings]:
    """The settings of a system on servers of its own; fsync is on, as on a real one."""
    with database() as settings, ExitStack() as running:
        rabbit = Rabbit(settings.keys_dir.parent / "rabbitmq")
        running.callback(rabbit.stop)
        rabbit.start()
        yield replace(settings, transport_url=rabbit.url)


@contextmanager
def database() -> Iterator[Settings]:
    """The same without RabbitMQ; messages would go through a table."""
    with ExitStack() as running:
        home = Path(running.enter_context(TemporaryDirectory(prefix="fayuan-bench-")))
        home.chmod(0o711)  # the account of PostgreSQL passes through to its own folder
        postgres = Postgres(home / "postgres", home / "sockets", durable=True)
        running.callback(postgres.stop)
        postgres.start()
        yield settings_in(home, postgres.url)


def settings_in(home: Path, url: str) -> Settings:
    """The settings of a system whose files lie in `home`, with keys made."""
    Keyring.create(home / "keys")
    create_keys(home / "keys")
    settings = Settings(environment="test", database_url=url, transport_url=url)
    return replace(settings, keys_dir=home / "keys", files_dir=home / "files")


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of its own is given to run with these settings."""
    said = {name.upper(): value for name, value in vars(settings).items() if value not in (None, ())}
    return {**os.environ, **{name: str(value) for name, value in said.items()}}

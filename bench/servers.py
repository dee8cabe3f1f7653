"""A durable PostgreSQL and a RabbitMQ for one figure; they and their data are gone afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.postgres import Postgres
from deploy.rabbit import Rabbit
from shared.secrecy import Keyring
from shared.settings import Settings


@contextmanager
def servers() -> Iterator[Settings]:
    """The settings of a system on servers of its own; fsync is on, as on a real one."""
    with ExitStack() as running:
        home = Path(running.enter_context(TemporaryDirectory(prefix="fayuan-bench-")))
        home.chmod(0o711)  # the account of PostgreSQL passes through to its own folder
        postgres = Postgres(home / "postgres", home / "sockets", durable=True)
        rabbit = Rabbit(home / "rabbitmq")
        for server in (postgres, rabbit):
            running.callback(server.stop)
            server.start()
        Keyring.create(home / "keys")
        settings = Settings(environment="test", database_url=postgres.url, transport_url=rabbit.url)
        yield replace(settings, keys_dir=home / "keys", files_dir=home / "files")

"""Everything the environment decides, read once at the start and passed on."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process; every field is an environment variable in capitals.

    `database_url` and `transport_url` may also come from a file (`DATABASE_URL_FILE`, …).
    """

    environment: str = "trial"
    """`trial`, `test` (accepts a moved clock) or `production` (refuses the demo people)."""
    database_url: str = field(default="sqlite:///var/{service}.db", repr=False)
    """SQLite with `{service}` in the file name, or PostgreSQL with one schema per service."""
    transport_url: str = field(default="sqlite:///var/messages.db", repr=False)
    """`sqlite:///…` / `postgresql+psycopg://…` (a message table) or `amqp://…` (RabbitMQ)."""
    queue_prefix: str = ""
    """Put before every queue and exchange name, so that two systems can share one broker."""
    keys_dir: Path = Path("var/keys")
    """Holds the token signing key and the field keys."""
    files_dir: Path = Path("var/files")
    """Uploaded files, one folder per service; `{service}` in it is replaced by the name, too."""
    workflows_dir: Path = Path("workflows")
    """Diagrams, forms, decisions and policies to deploy at the start."""
    policy_profile: str = "jiangsu"
    """Name of the policy profile in force."""
    public_url: str = "http://127.0.0.1:8000"
    """The address people use; https makes cookies `Secure`. In production the only name that is answered."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks such as `172.16.0.0/12`, separated by commas, whose X-Forwarded-For is believed."""
    clock_file: Path | None = None
    """File with the seconds the business clock is ahead; accepted only when ENVIRONMENT=test."""
    deployment_seconds: int = 5
    """CPU seconds that reading the files of one deployment may take; three times as long by the clock."""
    deployment_megabytes: int = 1024
    """Address space of the process that reads them."""
    log_level: str = "INFO"
    """Python logging level name."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raises SettingsError naming the variable that is wrong."""
        source = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for declared in fields(cls):
            text = _value(source, declared.name.upper())
            if text is not None:
                values[declared.name] = _typed(declared.name, str(declared.type), text)
        settings = cls(**values)  # type: ignore[arg-type]
        settings._check()
        return settings

    def database_of(self, service: str) -> str:
        """The database URL of one service."""
        return self.database_url.replace("{service}", service)

    def files_of(self, service: str) -> Path:
        """Where the files of one service lie."""
        return Path(str(self.files_dir).replace("{service}", service)) / service

    @property
    def is_test(self) -> bool:
        """Whether this is a test system."""
        return self.environment == "test"

    def _check(self) -> None:
        if self.environment not in ("trial", "test", "production"):
            raise SettingsError("ENVIRONMENT must be trial, test or production")
        if not self.database_url.startswith(("sqlite:", "postgresql")):
            raise SettingsError("DATABASE_URL must begin with sqlite: or postgresql")
        if not self.transport_url.startswith(("sqlite:", "postgresql", "amqp:", "amqps:")):
            raise SettingsError("TRANSPORT_URL must begin with sqlite:, postgresql, amqp: or amqps:")
        if self.log_level not in logging.getLevelNamesMapping():
            raise SettingsError("LOG_LEVEL must be a level of Python's logging, e.g. INFO")
        if self.clock_file and not self.is_test:
            raise SettingsError("CLOCK_FILE is accepted only when ENVIRONMENT=test")
        if self.database_url.startswith("sqlite") and "{service}" not in self.database_url:
            raise SettingsError("DATABASE_URL for SQLite needs {service} in the file name")


def _typed(name: str, kind: str, text: str) -> object:
    if kind.startswith("tuple"):
        return _networks(name, text)
    if kind != "int":
        return Path(text) if "Path" in kind else text
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"{name.upper()} must be a whole number above 0")
    return int(text)


def _networks(name: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(each.strip())) for each in text.split(","))
    except ValueError as error:
        raise SettingsError(
            f"{name.upper()} must be networks such as 10.0.0.0/8 with commas between"
        ) from error


def _value(source: Mapping[str, str], name: str) -> str | None:
    if path := source.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", "it is not text")
            raise SettingsError(f"{name}_FILE cannot be read: {reason}") from error
    return source.get(name) or None

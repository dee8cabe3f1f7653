"""A PostgreSQL of one's own: no root, no port, nothing shared with the machine's server."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.keeping import end, keep_running, wait_until
from deploy.machine import ServerFailed, program

NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Postgres:
    """A PostgreSQL cluster in `home`, reached only through a Unix socket in `sockets` (a short path)."""

    home: Path
    sockets: Path
    durable: bool
    name: str = "postgres"
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address of the maintenance database, as SQLAlchemy writes it."""
        return self.database_url("postgres")

    def database_url(self, database: str) -> str:
        """The address of one database."""
        return f"postgresql+psycopg://fayuan@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the cluster on the first start, then run it; returns when it accepts connections."""
        account = postgres_account()
        data = reachable(self.home, account) / "data"
        for folder in (data.parent, self.sockets):
            own(folder, account)
        if not (data / "PG_VERSION").exists():
            self._create(data, account)
        log = data.parent / "server.log"
        options = {**account, "cwd": data}
        self.process = keep_running(self._command(data), self.sockets / "pid", log, options)
        wait_until(self._answers, "PostgreSQL", log)

    def _create(self, data: Path, account: dict[str, Any]) -> None:
        shutil.rmtree(data, ignore_errors=True)  # what an interrupted first start left
        command = [program("initdb"), "-D", str(data), "-U", "fayuan", "-A", "trust", "-E", "UTF8"]
        options = {**account, "cwd": data.parent, "capture_output": True, "text": True}
        done = subprocess.run([*command, "--locale=C.UTF-8", "--no-sync"], **options)
        if done.returncode:
            raise ServerFailed(done.stderr)

    def _command(self, data: Path) -> list[str]:
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "max_connections=400"]
        settings += [] if self.durable else NOT_DURABLE
        return [program("postgres"), "-D", str(data), *(part for each in settings for part in ("-c", each))]

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self.sockets), user="fayuan", dbname="postgres", autocommit=True).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, database: str) -> None:
        """Create the database unless it is there already."""
        with psycopg.connect(host=str(self.sockets), user="fayuan", dbname="postgres", autocommit=True) as to:
            known = to.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if known is None:
                to.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def stop(self) -> None:
        """Disconnect everybody, write everything down, end."""
        if self.process is not None:
            end(self.process, self.sockets / "pid", signal.SIGINT)
            self.process = None


def postgres_account() -> dict[str, Any]:
    """How to start PostgreSQL's programs: as the user `postgres` when we are root, which they refuse."""
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def reachable(home: Path, account: dict[str, Any]) -> Path:
    """`home`, or a folder under /var/lib instead where the account of the server cannot get to `home`."""
    home.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["test", "-x", str(home.parent)], **account).returncode == 0:
        return home
    return Path("/var/lib") / f"fayuan-{sha256(str(home.resolve()).encode()).hexdigest()[:16]}"


def own(folder: Path, account: dict[str, Any]) -> None:
    """Make the folder and give it to the server's user alone."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account:
        shutil.chown(folder, account["user"], account["group"])

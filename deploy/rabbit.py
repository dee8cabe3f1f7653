"""A RabbitMQ of one's own: no root, no fixed port, nothing shared with the machine's broker."""

import os
import secrets
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from deploy.keeping import end, keep_running, wait_until
from deploy.machine import free_ports, program


@dataclass
class Rabbit:
    """A RabbitMQ node in `home`, on loopback ports, with an epmd and a password of its own."""

    home: Path
    name: str = "rabbitmq"
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    process: "subprocess.Popen[bytes] | None" = None
    epmd: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address of the node's default virtual host."""
        return f"amqp://fayuan:{(self.home / 'password').read_text()}@127.0.0.1:{self.ports[0]}/%2F"

    def start(self) -> None:
        """Write the node's settings and run it; returns when it speaks AMQP."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._write_settings()
        # Started here, in the foreground: the one that a node starts by itself would outlive it.
        epmd = [program("epmd"), "-address", "127.0.0.1", "-port", str(self.ports[2])]
        self.epmd = subprocess.Popen(epmd, start_new_session=True, env=self._environment())
        log = self.home / "server.log"
        options = {"env": self._environment(), "cwd": self.home}
        self.process = keep_running([program("rabbitmq-server")], self.home / "pid", log, options)
        wait_until(self._answers, "RabbitMQ", log)

    def _write_settings(self) -> None:
        password = self.home / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_hex(16))
        settings = self.home / "rabbitmq.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.ports[0]}\n"
            f"default_user = fayuan\ndefault_pass = {password.read_text()}\n"
        )
        (self.home / "enabled_plugins").write_text("[].\n")

    def _environment(self) -> dict[str, str]:
        amqp, distribution, epmd = self.ports
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.home),  # the Erlang cookie lies here, not in the user's home
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "fayuan@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(amqp),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "no-other-settings"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.home / "node.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none"
            ),
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the node instead of watching it
        }

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.ports[0]), timeout=2) as to:
                to.sendall(b"AMQP\x00\x00\x09\x01")
                return to.recv(1) == b"\x01"  # a method frame: the node introduces itself
        except OSError:
            return False

    def stop(self) -> None:
        """Let the node close its queues, then end it and its epmd."""
        if self.process is not None:
            end(self.process, self.home / "pid", signal.SIGTERM)
            self.process = None
        if self.epmd is not None:
            self.epmd.kill()
            self.epmd.wait()
            self.epmd = None

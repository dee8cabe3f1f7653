"""A TCP line to a server that can be cut at a chosen moment."""

import contextlib
import socket
import threading
from enum import Enum
from types import TracebackType


class Cut(Enum):
    """When the line goes dead."""

    NEVER = "never"
    BEFORE_REQUEST = "the next thing said to the server is lost"
    BEFORE_ANSWER = "the next thing said by the server is lost"


class Line:
    """Listens on `port` and passes everything on to the server, until it is cut."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.port = self._listener.getsockname()[1]
        self.cut = Cut.NEVER

    def __enter__(self) -> "Line":
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        for thread in self._threads:
            thread.join(5)
        for each in self._open:
            each.close()

    def drop(self) -> None:
        """End every connection, as a pulled plug does."""
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._open += [client, server]
                self._begin(self._pass_on, client, server, Cut.BEFORE_REQUEST)
                self._begin(self._pass_on, server, client, Cut.BEFORE_ANSWER)

    def _pass_on(self, source: socket.socket, target: socket.socket, moment: Cut) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.cut is moment:
                    break
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

"""A connection to PostgreSQL that takes several statements in one trip.

To wait for an answer is dear: the processor goes to others, and comes back to what it has forgotten. So a
transaction's first question goes with its BEGIN, and what it writes last with its COMMIT.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import adapt
from psycopg.abc import RV, PQGen, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

_PREPARED = 500  # statements that the driver has PostgreSQL keep planned for a connection
_KEPT = 200  # and those of trips


class Said(NamedTuple):
    """A statement with `$1`, `$2` … for its values, and these as text."""

    text: str
    values: Sequence[bytes | None] = ()


_PLAIN = (None, psycopg.IsolationLevel.READ_COMMITTED)
_BEGIN, _COMMIT = Said("BEGIN"), Said("COMMIT")


class Line(psycopg.Connection[Any]):
    """The driver's connection. What was put off is sent before anything else, and dropped by a rollback."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.prepared_max = _PREPARED
        self._last: Said | None = None
        self._plans: OrderedDict[str, bytes] = OrderedDict()
        self._planned = 0
        self._readers: dict[str, Transformer] = {}

    @property
    def begins_plainly(self) -> bool:
        """Whether a transaction would begin now, and with nothing but BEGIN."""
        otherwise = self.autocommit or self.read_only or self.deferrable
        return (
            not otherwise
            and self.isolation_level in _PLAIN
            and self.pgconn.transaction_status == TransactionStatus.IDLE
        )

    def ask_first(self, question: Said) -> list[Any] | None:
        """Begin a transaction and ask: the first row, if there is one."""
        with self.lock:
            answer = self.trip(_BEGIN, question)[-1]
        return self._row(question.text, answer)

    def put_off(self, statement: Said) -> None:
        """Write this with the commit; it has no result, and what is wrong with it is raised there."""
        self.catch_up()
        self._last = statement

    def catch_up(self) -> None:
        """Send what was put off, if anything was."""
        last, self._last = self._last, None
        if last is not None:
            self.trip(last)

    def commit(self) -> None:
        """Commit, what was put off being written first."""
        last, self._last = self._last, None
        if last is None:
            super().commit()
        else:
            begun = self.pgconn.transaction_status != TransactionStatus.IDLE
            with self.lock:
                self.trip(last, *([_COMMIT] if begun else []))

    def rollback(self) -> None:
        """Roll back; what was put off is forgotten."""
        self._last = None
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().rollback()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        """After a rollback the driver has PostgreSQL forget everything it planned, ours as well."""
        if name is None:
            self._plans.clear()
            self._readers.clear()
        return super()._deallocate(name)

    def wait(self, gen: PQGen[RV], *given: Any, **options: Any) -> RV:
        """Do what the driver does, after what was put off."""
        self.catch_up()
        return super().wait(gen, *given, **options)

    def trip(self, *statements: Said) -> list[PGresult]:
        """The answers to all, and to what had to be planned for them.

        Raises what the first said that failed; nothing that comes after it was done then.
        """
        new = [text for text, _ in statements if text not in self._plans]
        try:
            self.pgconn.enter_pipeline_mode()
            for each in statements:
                self._send(each)
            self.pgconn.pipeline_sync()
            answers = self.wait(self._answers())
        except BaseException:  # nobody knows what was done of it: of no use any more
            self.close()
            raise
        self.pgconn.exit_pipeline_mode()
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                for text in new:  # nobody knows whether it came so far
                    self._plans.pop(text, None)
                raise error_from_result(answer)
        return answers

    def _send(self, said: Said) -> None:
        if said in (_BEGIN, _COMMIT):
            self.pgconn.send_query_params(said.text.encode(), None)
            return
        name = self._plans.get(said.text) or self._plan(said.text)
        self._plans.move_to_end(said.text)
        self.pgconn.send_query_prepared(name, said.values)

    def _plan(self, text: str) -> bytes:
        """Have it planned, as part of the trip; what was not said for longest is forgotten."""
        self._planned += 1
        name = self._plans[text] = b"line_%d" % self._planned
        self.pgconn.send_prepare(name, text.encode())
        if len(self._plans) > _KEPT:
            oldest, forgotten = self._plans.popitem(last=False)
            self._readers.pop(oldest, None)
            self.pgconn.send_query_params(b"DEALLOCATE " + forgotten, None)
        return name

    def _answers(self) -> PQGen[list[PGresult]]:
        line, found = self.pgconn, list[PGresult]()
        while line.flush():  # more than fits in between: what comes back meanwhile is taken
            if (yield Wait.RW) & Ready.R:
                line.consume_input()
        while True:
            while line.is_busy():
                yield Wait.R
                line.consume_input()
            answer = line.get_result()
            if answer is not None and answer.status == ExecStatus.PIPELINE_SYNC:
                return found
            if answer is not None:
                found.append(answer)

    def _row(self, text: str, answer: PGresult) -> list[Any] | None:
        if not answer.ntuples:
            return None
        reader = self._readers.get(text)
        if reader is None:
            reader = self._readers[text] = adapt.Transformer(self)
            reader.set_pgresult(answer)
        else:
            reader.set_pgresult(answer, set_loaders=False)
        return reader.load_row(0, list)


def connected(_dialect: object, _record: object, given: Sequence[Any], options: dict[str, Any]) -> Line:
    """A line instead of the driver's connection: for an engine's `do_connect`."""
    return Line.connect(*given, **options)

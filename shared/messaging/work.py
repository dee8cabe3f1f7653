"""One unit of work: one transaction, its session, its ids, and the messages it will have said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from shared.bundle import Count, Numbered, bundle_of
from shared.clock import Clock
from shared.database import lies_within
from shared.ids import Ids
from shared.messaging.contract import Answer, Message, message_class
from shared.messaging.envelope import Envelope, body_of, to_wire
from shared.messaging.tables import inbox, outbox, stream
from shared.messaging.wakeup import hears, wake_worker, waking_of
from shared.secrecy import Keyring
from shared.statements import insert_new

if TYPE_CHECKING:
    from shared.calendar import WorkCalendar
    from shared.files import FileStore
    from shared.policy import Policy


_STREAM = ("subject", "sequence", "pending", "attempts", "due_at")


@cache
def _next(telling: str = "") -> Count:
    """How the messages of a case are counted, something being told to PostgreSQL with it."""
    return Count(stream, _STREAM, key="subject", number="sequence", renewed=("pending",), telling=telling)


@dataclass(frozen=True)
class _Said:
    """A message without its number yet, and the savepoint within which it was said."""

    envelope: Envelope
    within: SessionTransaction | None

    def is_part_of(self, transaction: SessionTransaction) -> bool:
        """Whether it was said in this savepoint or one inside it."""
        return self.within is not None and lies_within(self.within, transaction)


class UnitOfWork:
    """What a handler gets. It never commits: `consume()` and the web door do, once.

    `seed` is the id of what causes the work (message, request or timer): ids follow from it, so
    the same work done again after a crash makes the same rows and messages.
    """

    def __init__(
        self,
        *,
        service: str,
        session: Session,
        clock: Clock,
        seed: UUID,
        keys: Keyring,
        calendar: WorkCalendar,
        policy: Policy,
        files: FileStore,
        cause: Envelope | None = None,
    ) -> None:
        self.service = service
        self.session = session
        self.clock = clock
        self.ids = Ids(seed)
        self.keys = keys
        self.calendar = calendar
        self.policy = policy
        self.files = files
        self.cause = cause
        self.has_spoken = False
        """Whether there is something to send after the commit."""
        self._has_woken = False
        self._said: list[_Said] = []
        session.info["said"] = self._said

    def emit(
        self,
        message: Message,
        *,
        job_key: str | None = None,
        message_id: UUID | None = None,
        cause: Envelope | None = None,
    ) -> UUID:
        """Have the message written to the outbox before the commit; returns its id.

        An answer carries the job key of the command it answers by itself. A `message_id` that was
        emitted before is sent again with the present body instead of being added twice.
        """
        because = cause or self.cause
        if job_key is None and because is not None and isinstance(message, Answer) and because.asks:
            job_key = because.job_key
        case_id = getattr(message, "case_id", None)
        subject = str(case_id) if case_id else ""
        identifier = message_id or self.ids.uuid()
        envelope = Envelope(
            id=identifier, name=message.NAME, source=self.service, subject=subject,
            sequence=0, cause=because.id if because else self.ids.seed,
            job_key=job_key, time=self.clock.now(), body=body_of(message),
        )  # fmt: skip
        self._said.append(_Said(envelope, self.session.get_nested_transaction()))
        self.has_spoken = True
        return identifier

    def first_time(self, message_id: UUID, name: str) -> bool:
        """Whether this message was not acted on before; remembers it from now on."""
        values = {"message_id": message_id, "name": name, "received_at": datetime.now(UTC)}
        return insert_new(self.session, inbox, values)

    def answer_again(self, command_id: UUID) -> None:
        """Send the answers to that command once more; nothing else it led to is repeated."""
        caused = sa.select(outbox.c.id, outbox.c.name, outbox.c.subject).where(outbox.c.cause == command_id)
        answers = [
            row for row in self.session.execute(caused)
            if issubclass(message_class(row.name) or Message, Answer)
        ]  # fmt: skip
        for subject in sorted({row.subject for row in answers}):
            self._wake(subject)  # locks the case before its messages, as the relay does
        again = sa.update(outbox).where(outbox.c.id.in_([row.id for row in answers]))
        self.session.execute(again.values(sent_at=None))
        self.has_spoken = True

    def write_messages(self, *, waking: bool = False) -> None:
        """Write what was said, in order; with `waking` the worker hears of it at the commit.

        Called once by who commits. The row of a case is locked as late as can be and stays so until then: the
        order of its messages is that of commits.
        """
        envelopes = [said.envelope for said in self._said]
        self._said.clear()
        wakes = waking and self.has_spoken and not self._has_woken and hears(self.session)
        self._has_woken = self._has_woken or wakes
        if envelopes:
            self._number(envelopes, _next(waking_of(self.service) if wakes else ""))
        elif wakes:
            wake_worker(self.session, self.service)

    def _number(self, envelopes: list[Envelope], count: Count) -> None:
        """Messages get the next numbers of their case; its row is locked by the last statement there is."""
        bundle, to_come = bundle_of(self.session), Counter(envelope.subject for envelope in envelopes)
        for subject, messages in sorted(to_come.items()):  # in this order: nobody waits for the other in turn
            counted = (subject, messages, True, 0, datetime.now(UTC))
            bundle.count(count, dict(zip(_STREAM, counted, strict=True)))
        for envelope in envelopes:
            to_come[envelope.subject] -= 1
            row = self._row(envelope, to_come[envelope.subject])
            bundle.put(outbox, row, ("message_id",), sequence=Numbered(count, "subject"))

    def _row(self, envelope: Envelope, to_come: int) -> dict[str, Any]:
        """A message before so many others; its number is the row's, and put on it when it is sent."""
        return {
            "message_id": envelope.id, "name": envelope.name, "subject": envelope.subject,
            "sequence": to_come, "cause": envelope.cause,
            "wire": to_wire(envelope, self.keys), "sent_at": None,
        }  # fmt: skip

    def _wake(self, subject: str) -> None:
        self.session.execute(sa.update(stream).where(stream.c.subject == subject).values(pending=True))


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, rolled_back: SessionTransaction) -> None:
    """What was said within a savepoint that is rolled back was never said."""
    said: list[_Said] = session.info.get("said", [])
    said[:] = [each for each in said if not each.is_part_of(rolled_back)]

"""One unit of work: one transaction, its session, its ids, and the messages it will have said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.database import insert_new
from shared.ids import Ids
from shared.messaging.contract import Answer, Message, message_class
from shared.messaging.envelope import Envelope, body_of, to_wire
from shared.messaging.tables import inbox, outbox, stream
from shared.secrecy import Keyring

if TYPE_CHECKING:
    from shared.calendar import WorkCalendar
    from shared.files import FileStore
    from shared.policy import Policy


_NEXT = (
    sa.update(stream)
    .where(stream.c.subject == sa.bindparam("of"))
    .values(sequence=stream.c.sequence + 1, pending=True)
    .returning(stream.c.sequence)
)


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

    def emit(
        self,
        message: Message,
        *,
        job_key: str | None = None,
        message_id: UUID | None = None,
        cause: Envelope | None = None,
    ) -> UUID:
        """Write the message to the outbox; returns its id.

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
            sequence=self._next_in_stream(subject), cause=because.id if because else self.ids.seed,
            job_key=job_key, time=self.clock.now(), body=body_of(message),
        )  # fmt: skip
        self._write(envelope)
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

    def _write(self, envelope: Envelope) -> None:
        values: dict[str, Any] = {
            "message_id": envelope.id, "name": envelope.name, "subject": envelope.subject,
            "sequence": envelope.sequence, "cause": envelope.cause,
            "wire": to_wire(envelope, self.keys), "sent_at": None,
        }  # fmt: skip
        if not insert_new(self.session, outbox, values):
            self.session.execute(
                sa.update(outbox)
                .where(outbox.c.message_id == envelope.id)
                .values(wire=values["wire"], sequence=envelope.sequence, sent_at=None)
            )

    def _next_in_stream(self, subject: str) -> int:
        """The next number of the case; the row stays locked until the commit, so order = commit order."""
        of = {"of": subject}
        following = self.session.execute(_NEXT, of).scalar()
        if following is not None:
            return int(following)
        first = {
            "subject": subject, "sequence": 1, "pending": True, "attempts": 0, "due_at": datetime.now(UTC),
        }  # fmt: skip
        # somebody else may just have begun the case: then theirs is waited for, and ours follows it
        new = insert_new(self.session, stream, first)
        return 1 if new else int(self.session.execute(_NEXT, of).scalar_one())

    def _wake(self, subject: str) -> None:
        self.session.execute(sa.update(stream).where(stream.c.subject == subject).values(pending=True))

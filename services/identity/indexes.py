"""The blind indexes of login names, made anew after the keys rotated."""

from __future__ import annotations

from services.identity.models import LoginAttempt, Person
from services.identity.queries import login_index
from shared.messaging.work import UnitOfWork
from shared.service import Indexed


def _anew(person: Person, work: UnitOfWork) -> None:
    person.login_index = login_index(work.keys, person.login)


def _forget(attempt: LoginAttempt, work: UnitOfWork) -> None:
    """Nobody knows the name of an attempt: it is counted under the newest key from now on."""
    work.session.delete(attempt)


INDEXES = (
    Indexed(Person, ("login_index",), _anew),
    Indexed(LoginAttempt, ("login_index",), _forget),
)

"""The blind indexes of login names, made anew after the keys rotated."""

from __future__ import annotations

from services.identity.models import AddressAttempt, Invitation, LoginAttempt, Person
from services.identity.queries import login_index
from shared.messaging.work import UnitOfWork
from shared.service import Indexed


def _anew(person: Person, work: UnitOfWork) -> None:
    person.login_index = login_index(work.keys, person.login)


def _forget(attempt: AddressAttempt | LoginAttempt, work: UnitOfWork) -> None:
    """Nobody knows the name or address of an attempt: it is counted under the newest key from now on."""
    work.session.delete(attempt)


INDEXES = (
    Indexed(Person, ("login_index",), _anew),
    Indexed(LoginAttempt, ("login_index",), _forget),
    Indexed(AddressAttempt, ("address_index",), _forget),
    Indexed(Invitation, ("code_index",), None),  # nobody knows the code: its key stays until it is used
)

"""The web door of every service: one app factory, one way to check rights, one error shape."""

from shared.rights import Person
from shared.web.access import (
    current_person,
    needs,
    open_to_all,
    person_or_none,
)
from shared.web.factory import build_app, reading, runtime, transaction

__all__ = [
    "Person",
    "build_app",
    "current_person",
    "needs",
    "open_to_all",
    "person_or_none",
    "reading",
    "runtime",
    "transaction",
]

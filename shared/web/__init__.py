"""The web door of every service: one app factory, one way to check rights, one error shape."""

from shared.rights import Person
from shared.web.access import (
    current_person,
    logged_in,
    needs,
    open_to_all,
    person_or_none,
    requires,
)
from shared.web.factory import build_app, reading, runtime, transaction

__all__ = [
    "Person",
    "build_app",
    "current_person",
    "logged_in",
    "needs",
    "open_to_all",
    "person_or_none",
    "reading",
    "requires",
    "runtime",
    "transaction",
]

"""Keys of variables, which are known by scope and name here; outside they have 63-bit keys as all things do.

The key has the 42 bits of milliseconds of its scope's key, then 21 of a digest of scope and name. So it can
be found again from few rows: the variables of the scopes made in that millisecond.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import StoredVariable

_BITS = 21


def variable_key(scope_key: int, name: str) -> int:
    """The key of a variable."""
    digest = hashlib.sha256(f"{scope_key} {name}".encode()).digest()
    tail = int.from_bytes(digest[:4], "big") % (1 << _BITS)
    return scope_key >> _BITS << _BITS | tail


def scopes_of(key: int) -> tuple[int, int]:
    """The first and last scope that a variable with this key can have."""
    first = key >> _BITS << _BITS
    return first, first + (1 << _BITS) - 1


def variables_with(session: Session, key: int) -> list[tuple[int, str]]:
    """Scope and name of the variables with this key: almost always one at most."""
    near = sa.select(StoredVariable.scope_key, StoredVariable.name).where(
        StoredVariable.scope_key.between(*scopes_of(key))
    )
    found = session.execute(near.order_by(StoredVariable.scope_key, StoredVariable.name))
    return [(row.scope_key, row.name) for row in found if variable_key(row.scope_key, row.name) == key]


def is_one_of(pairs: Iterable[tuple[int, str]]) -> sa.ColumnElement[bool]:
    """The condition that a variable is one of these (scope and name)."""
    by_scope: dict[int, list[str]] = {}
    for scope, name in pairs:
        by_scope.setdefault(scope, []).append(name)
    each = (
        (StoredVariable.scope_key == scope) & StoredVariable.name.in_(names)
        for scope, names in by_scope.items()
    )
    return sa.or_(sa.false(), *each)

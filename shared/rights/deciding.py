"""What the table of rights answers: has somebody an action, may they do it to a record, see which rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.rights.person import Held, Person
from shared.rights.roles import EVERYONE
from shared.rights.table import RIGHTS

_Column = Any
"""A column of the record's table, or several that each count."""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a record says of people and places; what it does not say counts for nobody.

    `organisation`, `firm` and `authority` are paths; `own`, `assigned` and `assessed` ids of people.
    `unplaced`: it belongs to no organisation, so that everyone counts who holds the role anywhere.
    """

    organisation: str | None = None
    own: tuple[UUID | None, ...] = ()
    assigned: tuple[UUID | None, ...] = ()
    assessed: tuple[UUID | None, ...] = ()
    firm: str | None = None
    authority: str | None = None
    unplaced: bool = False


def has(person: Person, action: str) -> bool:
    """Whether the person may do the action to some record at all: for routes, menus and lists."""
    by_role = _by_role(person, action)
    return EVERYONE.code in by_role or any(held.role in by_role for held in person.roles)


def may(person: Person, action: str, about: Relation) -> bool:
    """Whether the person may do the action to this record; raises KeyError for an unknown action."""
    return any(_TESTS[relation](held, person, about) for held, relation in _ways(person, action))


def visible(
    person: Person, action: str, *, organisation: _Column = None, own: _Column = None,
    assigned: _Column = None, assessed: _Column = None, firm: _Column = None, authority: _Column = None,
    unplaced: sa.ColumnElement[bool] | None = None,
) -> sa.ColumnElement[bool]:  # fmt: skip
    """The same right as `may`, as a condition for rows: which columns (one, or a tuple of them) hold what a
    Relation holds. A relation without a column counts for no row."""
    people = {"own": own, "assigned": assigned, "assessed": assessed}
    places = {"organisation": organisation, "firm": firm, "authority": authority}
    found: dict[tuple[int, str], sa.ColumnElement[bool]] = {}
    for held, relation in _ways(person, action):
        if relation == "any":
            return sa.true()
        if relation in people:
            found |= {(id(c), ""): c == person.id for c in _columns(people[relation])}
        else:
            path = held.organisation
            below = {(id(c), path): c.startswith(path, autoescape=True) for c in _columns(places[relation])}
            found |= below
            if relation == "organisation" and unplaced is not None:
                found[(id(unplaced), "")] = unplaced
    return sa.or_(sa.false(), *found.values())


def places_of(person: Person, action: str) -> list[str]:
    """The organisations at which the person holds the action for that organisation, in order."""
    return sorted({held.organisation for held, relation in _ways(person, action) if relation in _PLACED})


def _ways(person: Person, action: str) -> Iterator[tuple[Held, str]]:
    by_role = _by_role(person, action)
    for held in (*person.roles, _SOMEBODY):
        for relation in by_role.get(held.role, ()):
            yield held, relation


def _by_role(person: Person, action: str) -> Mapping[str, frozenset[str]]:
    """The action's row; nothing for a program whose token is not good for it."""
    by_role = RIGHTS[action].by_role
    return by_role if person.scopes is None or action in person.scopes else {}


def _columns(columns: _Column) -> tuple[_Column, ...]:
    if columns is None:
        return ()
    return columns if isinstance(columns, tuple) else (columns,)


def _at_organisation(held: Held, _: Person, about: Relation) -> bool:
    return about.unplaced or (about.organisation is not None and held.covers(about.organisation))


def _at_firm(held: Held, _: Person, about: Relation) -> bool:
    return about.firm is not None and held.covers(about.firm)


def _at_authority(held: Held, _: Person, about: Relation) -> bool:
    return about.authority is not None and held.covers(about.authority)


_PLACED = ("organisation",)
_SOMEBODY = Held(EVERYONE.code, "")
_TESTS: dict[str, Callable[[Held, Person, Relation], bool]] = {
    "own": lambda _, person, about: person.id in about.own,
    "assigned": lambda _, person, about: person.id in about.assigned,
    "assessed": lambda _, person, about: person.id in about.assessed,
    "organisation": _at_organisation,
    "firm": _at_firm,
    "authority": _at_authority,
    "any": lambda *_: True,
}

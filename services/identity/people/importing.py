"""A list of people checked row by row, and invited together. The same list again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.identity.models import Organisation, Person
from services.identity.people.governing import my_places, role_fault
from services.identity.people.lifecycle import invite
from services.identity.people.sheets import FORMULA, HEADS, Row
from services.identity.people.slips import Slip
from services.identity.queries import login_index
from services.identity.schemas import InviteForm
from shared.messaging.work import UnitOfWork
from shared.rights import STAFF_ROLES
from shared.rights import Person as Reader
from shared.secrecy import Keyring

_SEPARATORS = re.compile(r"[、，,；;\s]+")
_ROLES = {role.zh: code for code, role in STAFF_ROLES.items()} | {code: code for code in STAFF_ROLES}


@dataclass(frozen=True)
class Checked:
    """A row with what is wrong with it, by field; `known` people are left as they are."""

    number: int
    cells: Mapping[str, str]
    filled: Mapping[str, Any]
    faults: Mapping[str, Sequence[str]]
    known: bool

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults

    @property
    def new(self) -> bool:
        """Whether somebody would be invited."""
        return self.right and not self.known


def check(session: Session, keys: Keyring, reader: Reader, rows: Sequence[Row]) -> list[Checked]:
    """Every row with its faults; nothing is written."""
    places = {place.path: place for place in my_places(session, reader, closed=False)}
    people = _people(session, keys, rows)
    first: dict[str, int] = {}
    checked = []
    for row in rows:
        index = login_index(keys, row.cells["login"])
        filled, faults = _fields(reader, places, row.cells)
        if index in first and "login" not in faults:
            faults["login"] = [f"登录名和第 {first[index]} 行相同。"]
        first.setdefault(index, row.number)
        there = people.get(index)
        known = there is not None and not faults and _same(there, filled)
        if there is not None and not known and "login" not in faults:
            faults["login"] = ["这个登录名已经有人使用。"]
        checked.append(Checked(row.number, row.cells, filled, faults, known))
    return checked


def invite_all(
    work: UnitOfWork, reader: Reader, rows: Iterable[Checked], codes: Callable[[], str], now: datetime
) -> list[Slip]:
    """Invite the new ones among the right rows, all in this one transaction; their slips."""
    slips = []
    for row in rows:
        if row.new:
            code, given = codes(), row.filled
            person = invite(
                work, name=given["name"], login=given["login"], phone=given["phone"],
                organisation=given["organisation"], roles=given["role"], by=reader.id, code=code, now=now,
            )  # fmt: skip
            slips.append(Slip(person.id, person.name, person.login, code))
    return slips


def _people(session: Session, keys: Keyring, rows: Sequence[Row]) -> dict[str, Person]:
    wanted = {login_index(keys, row.cells["login"]) for row in rows}
    found = session.scalars(sa.select(Person).where(Person.login_index.in_(wanted)))
    return {person.login_index: person for person in found}


def _same(person: Person, filled: Mapping[str, Any]) -> bool:
    return all(getattr(person, name) == filled[name] for name in ("name", "phone", "organisation"))


def _fields(
    reader: Reader, places: Mapping[str, Organisation], cells: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    faults: dict[str, list[str]] = {
        n: ["这一格是公式，请改成文字。"] for n, v in cells.items() if v.startswith(FORMULA)
    }
    path = _path(places, cells["organisation"], faults)
    roles = _roles(cells["role"], faults)
    try:
        filled = InviteForm().load({**cells, "organisation": path, "role": roles})
    except ValidationError as error:
        filled = {}
        found = error.normalized_messages()
        faults = {n: t for n, t in found.items() if n in HEADS and isinstance(t, list)} | faults
    for role in filled.get("role", []) if not faults else []:
        faults.update(role_fault(reader, places, role, path))
    return filled, faults


def _path(places: Mapping[str, Organisation], text: str, faults: dict[str, list[str]]) -> str:
    """The path of the organisation named; faults when there is none, or several of that name."""
    found = [path for path, place in places.items() if text in (path, place.name)]
    if len(found) != 1 and text:
        said = "有几个机构叫这个名称，请填位置。" if found else "没有这个机构，或者不归您管理。"
        faults.setdefault("organisation", [said])
    return found[0] if len(found) == 1 else ""


def _roles(text: str, faults: dict[str, list[str]]) -> list[str]:
    words = [word for word in _SEPARATORS.split(text) if word]
    unknown = [word for word in words if word not in _ROLES]
    if unknown:
        faults.setdefault("role", [f"没有这个角色：{'、'.join(unknown)}。"])
    return [_ROLES[word] for word in words if word in _ROLES]

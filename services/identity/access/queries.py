"""Reading the log of who looked at personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import AccessEntry, ApiClient, Person
from services.identity.queries import person_by_login
from shared.clock import SHANGHAI
from shared.errors import Invalid
from shared.rights import Person as Reader
from shared.rights import visible
from shared.secrecy import Keyring
from shared.web.access_log import ACTS

NEWEST, OLDEST = "newest", "oldest"
_NOBODY = UUID(int=0)
_FORM = ("who", "case", "act", "since", "until", "order")


@dataclass(frozen=True)
class Wanted:
    """What to look for; `typed` is the address's query: a person stands in it by id, never by login name."""

    typed: Mapping[str, str]
    person_id: UUID | None
    case_number: str
    act: str
    since: datetime | None
    until: datetime | None
    oldest_first: bool

    @property
    def fields(self) -> list[str]:
        """Which of the filters were used, for the log itself."""
        return [name for name in _FORM if self.typed.get(name)]


def query_from(form: Mapping[str, str], session: Session, keys: Keyring) -> dict[str, str]:
    """The form as the query of an address; raises Invalid with the messages of the fields."""
    errors: dict[str, list[str]] = {}
    login = form.get("person", "").strip()[:100]
    person = person_by_login(session, keys, login) if login else None
    if login and person is None:
        errors["person"] = ["没有使用这个登录名的人"]
    query = {**form, "who": str(person.id) if person else ""}
    try:
        typed = wanted_from(query).typed
    except Invalid as problem:
        raise Invalid({**problem.fields, **errors}) from None
    if errors:
        raise Invalid(errors)
    return {name: text for name, text in typed.items() if text}


def wanted_from(given: Mapping[str, str]) -> Wanted:
    """What an address asks for; raises Invalid with the messages of the fields. Days are whole ones here."""
    typed = {name: given.get(name, "").strip()[:100] for name in _FORM}
    errors: dict[str, list[str]] = {}
    since, until = _day(typed, "since", errors), _day(typed, "until", errors)
    if since and until and until < since:
        errors["until"] = ["截止日期不能早于起始日期"]
    if errors:
        raise Invalid(errors)
    return Wanted(
        typed, _person(typed["who"]), typed["case"], typed["act"] if typed["act"] in ACTS else "",
        _start(since), _start(until + timedelta(days=1)) if until else None, typed["order"] == OLDEST,
    )  # fmt: skip


def login_of(session: Session, person_id: UUID | None) -> str:
    """The login name of a person, for the form; empty when there is none."""
    person = session.get(Person, person_id) if person_id else None
    return person.login if person else ""


def entries(
    session: Session, reader: Reader, action: str, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[Sequence[AccessEntry], int]:
    """Some of the entries a reader may see, in the order they ask for, and how many there are in all."""
    found = visible(reader, action, organisation=AccessEntry.organisation) & sa.and_(*_conditions(wanted))
    total = session.scalar(sa.select(sa.func.count()).select_from(AccessEntry).where(found)) or 0
    order = AccessEntry.number if wanted.oldest_first else AccessEntry.number.desc()
    rows = sa.select(AccessEntry).where(found).order_by(order).limit(limit).offset(offset)
    return session.scalars(rows).all(), total


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of people and programs by id."""
    known = {identifier for identifier in ids if identifier}
    people = sa.select(Person.id, Person.name).where(Person.id.in_(known))
    programs = sa.select(ApiClient.id, ApiClient.name).where(ApiClient.id.in_(known))
    return {
        row.id: row.name for statement in (people, programs) for row in session.execute(statement)
    }  # fmt: skip


def _conditions(wanted: Wanted) -> Iterable[sa.ColumnElement[bool]]:
    yield sa.true()
    if wanted.person_id:
        yield sa.or_(AccessEntry.person_id == wanted.person_id, AccessEntry.behalf_of_id == wanted.person_id)
    if wanted.case_number:
        yield AccessEntry.case_number == wanted.case_number
    if wanted.act:
        yield AccessEntry.act == wanted.act
    if wanted.since:
        yield AccessEntry.at >= wanted.since
    if wanted.until:
        yield AccessEntry.at < wanted.until


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return _NOBODY


def _day(typed: Mapping[str, str], name: str, errors: dict[str, list[str]]) -> date | None:
    if not typed[name]:
        return None
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        errors[name] = ["请填写日期，例如 2026-09-24"]
        return None


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None

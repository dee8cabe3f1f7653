"""Accounts: somebody is added, signs up, changes the password or their particulars."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity import rules
from services.identity.logins.sessions import end_sessions
from services.identity.models import Organisation, Person
from services.identity.people.announcing import announce_organisation, announce_person
from services.identity.people.history import note
from services.identity.people.roles import give_role
from services.identity.people.structure import KINDS
from services.identity.queries import login_index, login_turn, person_by_login
from shared.database import table_of, take_turns
from shared.errors import Invalid
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


class LoginTaken(Invalid):
    """Somebody has this login name."""

    zh = "这个登录名已经有人使用。"


def add_person(
    work: UnitOfWork, *, person_id: UUID, organisation: str, login: str, name: str, phone: str,
    password_hash: str, state: str = "active",
) -> Person:  # fmt: skip
    """A new account without roles; raises LoginTaken. Announced by the caller once the roles stand."""
    values: dict[str, Any] = {
        "id": person_id, "organisation": organisation, "login": login, "name": name, "phone": phone,
        "login_index": login_index(work.keys, login), "password_hash": password_hash,
        "password_temporary": False, "state": state, "created_at": work.clock.now(),
    }  # fmt: skip
    # while keys rotate, a name may stand under either index: then the unique column alone does not see it
    take_turns(work.session.connection(), login_turn(work.keys, login))
    taken = person_by_login(work.session, work.keys, login) is not None
    if taken or not insert_new(work.session, table_of(Person), values):
        raise LoginTaken({"login": [LoginTaken.zh]})
    return work.session.get_one(Person, person_id)


def register_citizen(work: UnitOfWork, *, name: str, mobile: str, password_hash: str) -> Person:
    """A citizen's own account: the mobile number is the login name; raises LoginTaken."""
    _keep_public_place(work)
    person = add_person(
        work, person_id=work.ids.uuid(), organisation=rules.PUBLIC, login=mobile, name=name, phone=mobile,
        password_hash=password_hash,
    )  # fmt: skip
    note(work, person.id, "registered", person.id)
    give_role(work, person, "applicant", rules.PUBLIC, by=None)
    announce_person(work, person)
    return person


def change_password(work: UnitOfWork, person: Person, password_hash: str, keep: UUID, now: datetime) -> None:
    """A password chosen by the person; their other sessions end."""
    person.password_hash, person.password_temporary = password_hash, False
    note(work, person.id, "password_chosen", person.id)
    end_sessions(work, person.id, now, keep=keep)


def change_particulars(
    work: UnitOfWork, person: Person, *, name: str, phone: str, organisation: str, by: UUID
) -> None:
    """Another name, phone number or place; the roles stay where they are held."""
    if (person.name, person.phone, person.organisation) == (name, phone, organisation):
        return
    person.name, person.phone, person.organisation = name, phone, organisation
    note(work, person.id, "changed", by, organisation=organisation)
    work.session.flush()
    announce_person(work, person)


def _keep_public_place(work: UnitOfWork) -> None:
    """Citizens may sign up before anybody has set up an organisation: their place makes itself."""
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "path": rules.PUBLIC, "parent_path": None, "kind": "public",
        "name": KINDS["public"],
    }  # fmt: skip
    if insert_new(work.session, table_of(Organisation), values):
        announce_organisation(work, work.session.get_one(Organisation, values["id"]))

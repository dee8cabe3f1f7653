"""Accounts and roles: who comes, what they may do, who goes. Each act announces itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity import rules
from services.identity.models import Organisation, Person, RoleGrant
from services.identity.queries import (
    administrators,
    live_grants,
    lock_administrators,
    login_index,
    login_turn,
    person_by_login,
    roles_of,
)
from services.identity.sessions import end_sessions
from shared.contracts.identity import OrganisationChanged, PersonChanged, RolesChanged
from shared.database import take_turns
from shared.errors import Invalid, Rejected
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


class OwnRights(Rejected):
    """Nobody changes their own rights."""

    zh = "不能修改自己的角色，也不能停用自己的账号，请由另一名系统管理员操作。"


class AdministratorsTooFew(Rejected):
    """Two administrators must stay."""

    zh = "每个机构至少要保留两名系统管理员，请先指定接替的人，再进行这项操作。"


class LoginTaken(Invalid):
    """Somebody has this login name."""

    zh = "这个登录名已经有人使用。"


class PathTaken(Invalid):
    """An organisation has this path."""

    zh = "同一上级机构下已有相同的代码。"


def add_organisation(
    work: UnitOfWork, *, parent: str | None, path: str, kind: str, name: str
) -> Organisation:
    """A new node of the tree; raises PathTaken."""
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "path": path, "parent_path": parent, "kind": kind, "name": name
    }  # fmt: skip
    if not insert_new(work.session, Organisation.table(), values):
        raise PathTaken({"code": [PathTaken.zh]})
    return announce_organisation(work, values["id"])


def announce_organisation(work: UnitOfWork, organisation_id: UUID) -> Organisation:
    """Tell everyone about an organisation as it is now."""
    row = work.session.get_one(Organisation, organisation_id)
    work.emit(OrganisationChanged(organisation_id=row.id, path=row.path, kind=row.kind, name=row.name))
    return row


def add_person(
    work: UnitOfWork, *, person_id: UUID, organisation: str, login: str, name: str, phone: str,
    password_hash: str, temporary: bool,
) -> Person:  # fmt: skip
    """A new account without roles; raises LoginTaken. Announced by the caller once the roles stand."""
    values: dict[str, Any] = {
        "id": person_id, "organisation": organisation, "login": login, "name": name, "phone": phone,
        "login_index": login_index(work.keys, login), "password_hash": password_hash,
        "password_temporary": temporary, "active": True, "created_at": work.clock.now(),
    }  # fmt: skip
    # while keys rotate, a name may stand under either index: then the unique column alone does not see it
    take_turns(work.session.connection(), login_turn(work.keys, login))
    taken = person_by_login(work.session, work.keys, login) is not None
    if taken or not insert_new(work.session, Person.table(), values):
        raise LoginTaken({"login": [LoginTaken.zh]})
    return work.session.get_one(Person, person_id)


def register_citizen(work: UnitOfWork, *, name: str, mobile: str, password_hash: str) -> Person:
    """A citizen's own account: the mobile number is the login name; raises LoginTaken."""
    _keep_public_place(work)
    person = add_person(
        work, person_id=work.ids.uuid(), organisation=rules.PUBLIC, login=mobile, name=name, phone=mobile,
        password_hash=password_hash, temporary=False,
    )  # fmt: skip
    give_role(work, person, "applicant", rules.PUBLIC, by=None)
    announce_person(work, person)
    return person


def give_role(work: UnitOfWork, person: Person, role: str, organisation: str, by: UUID | None) -> bool:
    """Write a grant down unless it stands already; whether it is new."""
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "person_id": person.id, "role": role, "organisation": organisation,
        "granted_at": work.clock.now(), "granted_by": by, "revoked_at": None, "revoked_by": None,
    }  # fmt: skip
    return insert_new(work.session, RoleGrant.table(), values)


def announce_person(work: UnitOfWork, person: Person) -> None:
    """Tell everyone about a person as they are now."""
    work.emit(
        PersonChanged(
            person_id=person.id, active=person.active, roles=roles_of(work.session, person.id),
            person={"name": person.name, "phone": person.phone},
        )
    )  # fmt: skip


def grant_role(
    work: UnitOfWork, person: Person, role: str, organisation: str, by: UUID, now: datetime
) -> None:
    """Give a role at an organisation; a role held already changes nothing."""
    _refuse_own(person, by)
    if give_role(work, person, role, organisation, by):
        _announce_roles(work, person, now)


def revoke_role(work: UnitOfWork, person: Person, grant_id: UUID, by: UUID, now: datetime) -> None:
    """Take a role away; raises AdministratorsTooFew. A grant that no longer stands changes nothing."""
    _refuse_own(person, by)
    grants = [g for g in live_grants(work.session, person.id) if g.id == grant_id]
    for grant in grants:
        _keep_administrators(work, person, [grant])
        grant.revoked_at, grant.revoked_by = work.clock.now(), by
        work.session.flush()
        _announce_roles(work, person, now)


def set_active(work: UnitOfWork, person: Person, active: bool, by: UUID, now: datetime) -> None:
    """Close or open an account; closing ends its sessions everywhere."""
    _refuse_own(person, by)
    if person.active == active:
        return
    if not active:
        _keep_administrators(work, person, live_grants(work.session, person.id))
        end_sessions(work, person.id, now)
    person.active = active
    _announce_roles(work, person, now)


def change_password(work: UnitOfWork, person: Person, password_hash: str, keep: UUID, now: datetime) -> None:
    """A password chosen by the person; their other sessions end."""
    person.password_hash, person.password_temporary = password_hash, False
    end_sessions(work, person.id, now, keep=keep)


def reset_password(work: UnitOfWork, person: Person, password_hash: str, by: UUID, now: datetime) -> None:
    """A password for one login, chosen by an administrator; all sessions end."""
    _refuse_own(person, by)
    person.password_hash, person.password_temporary = password_hash, True
    end_sessions(work, person.id, now)


def _keep_public_place(work: UnitOfWork) -> None:
    """Citizens may sign up before anybody has set up an organisation: their place makes itself."""
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "path": rules.PUBLIC, "parent_path": None, "kind": "public",
        "name": rules.KINDS["public"],
    }  # fmt: skip
    if insert_new(work.session, Organisation.table(), values):
        announce_organisation(work, values["id"])


def _announce_roles(work: UnitOfWork, person: Person, now: datetime) -> None:
    announce_person(work, person)
    work.emit(RolesChanged(person_id=person.id, at=now))


def _refuse_own(person: Person, by: UUID) -> None:
    if person.id == by:
        raise OwnRights


def _keep_administrators(work: UnitOfWork, person: Person, going: Iterable[RoleGrant]) -> None:
    lost = [grant for grant in going if grant.role == "administrator"] if person.active else []
    if lost:
        lock_administrators(work.session)
        for grant in lost:
            left = administrators(work.session, grant.organisation) - {person.id}
            if not rules.enough_administrators(len(left)):
                raise AdministratorsTooFew

"""Who looks after whom: an administrator after the people of a subtree, a firm's manager after the firm's.

Nobody gives a role they may not give, nor takes hold of an account that has one: a centre's administrator who
could reset the password of the city's would be the city's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import Organisation, Person, RoleGrant
from services.identity.people.structure import KINDS, role_fits
from services.identity.queries import standing_grants
from services.identity.rules import FIRM_ROLES, PUBLIC
from shared.errors import Forbidden, NotFound
from shared.rights import STAFF_ROLES, Relation, has, may, visible
from shared.rights import Person as Reader

_READ = "identity.person.read"
_GRANT, _GRANT_ANY = "identity.role.grant", "identity.role.grant_any"


class BeyondMe(Forbidden):
    """The account holds a role that you may not give."""

    zh = "这个人还担任您不能管理的角色，请由能管理这些角色的系统管理员操作。"


def may_give(reader: Reader, role: str, place: str) -> bool:
    """Whether the reader may give or take this role at this organisation."""
    action = _GRANT if role in FIRM_ROLES else _GRANT_ANY
    return role in STAFF_ROLES and may(reader, action, Relation(organisation=place))


def givable_roles(reader: Reader) -> dict[str, str]:
    """The roles the reader may give somewhere, by code."""
    roles = STAFF_ROLES if has(reader, _GRANT_ANY) else FIRM_ROLES
    return {code: role.zh for code, role in STAFF_ROLES.items() if code in roles}


def my_places(session: Session, reader: Reader, *, closed: bool = True) -> Sequence[Organisation]:
    """The organisations the reader looks after, as a tree in reading order; `closed` ones too."""
    mine = sa.select(Organisation).where(
        visible(reader, _READ, organisation=Organisation.path), Organisation.path != PUBLIC
    )
    if not closed:
        mine = mine.where(Organisation.closed_at.is_(None))
    return session.scalars(mine.order_by(Organisation.path)).all()


def one_of_mine(session: Session, reader: Reader, person_id: UUID, *, acting: bool = False) -> Person:
    """The person, if the reader looks after their organisation; else there is nobody (NotFound).

    Who is `acting` on the account must be allowed to give every role it holds (BeyondMe).
    """
    person = session.get(Person, person_id)
    if person is None or not may(reader, _READ, Relation(organisation=person.organisation)):
        raise NotFound
    if acting and not fully_mine(session, reader, person_id):
        raise BeyondMe
    return person


def fully_mine(session: Session, reader: Reader, person_id: UUID) -> bool:
    """Whether the reader may give every role that stands on the account."""
    grants: Sequence[RoleGrant] = standing_grants(session, person_id)
    return all(may_give(reader, g.role, g.organisation) or g.organisation == PUBLIC for g in grants)


def role_fault(
    reader: Reader, places: Mapping[str, Organisation], role: str, place: str
) -> dict[str, list[str]]:
    """What is wrong with giving this role there, by field (`organisation`, `role`); empty when nothing is.

    `places`: the open organisations the reader looks after, by path.
    """
    if place not in places:
        return {"organisation": ["请选择机构。"]}
    if not may_give(reader, role, place):
        return {"role": ["您不能给予这个角色。"]}
    if not role_fits(role, places[place].kind):
        return {"role": [f"{STAFF_ROLES[role].zh}这个角色不能设在{KINDS[places[place].kind]}。"]}
    return {}

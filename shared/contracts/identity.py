"""What identity announces about people and organisations."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.messaging.contract import Answer, Personal


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Answer):
    """A person was added or changed. `person`: {"name", "phone"}; `roles` that count now:
    [{"role", "organisation"}], organisation as its materialised path, e.g. `/city/centre/`. `active`: the
    account works; not before its owner chose a password, and not after it was closed."""

    NAME: ClassVar[str] = "identity.person_changed"
    person_id: UUID
    active: bool
    roles: list[dict[str, str]]
    person: Personal


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Answer):
    """A session was ended before its token ran out; every service refuses it from now on."""

    NAME: ClassVar[str] = "identity.session_ended"
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Answer):
    """A person's roles changed: tokens issued before `at` (the machine's time) no longer count."""

    NAME: ClassVar[str] = "identity.roles_changed"
    person_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Answer):
    """An organisation was added or renamed. `kind`: city, centre, station, point, department, firm,
    legal_service, authority or public."""

    NAME: ClassVar[str] = "identity.organisation_changed"
    organisation_id: UUID
    path: str
    kind: str
    name: str

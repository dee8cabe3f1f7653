"""What identity tells everyone about people and organisations as they are now."""

from __future__ import annotations

from datetime import datetime

from services.identity.models import Organisation, Person
from services.identity.queries import roles_of
from shared.contracts.identity import OrganisationChanged, PersonChanged, RolesChanged
from shared.messaging.work import UnitOfWork


def announce_person(work: UnitOfWork, person: Person) -> None:
    """A person as they are now."""
    work.emit(
        PersonChanged(
            person_id=person.id, active=person.active,
            roles=roles_of(work.session, person.id, work.clock.now()),
            person={"name": person.name, "phone": person.phone},
        )
    )  # fmt: skip


def announce_roles(work: UnitOfWork, person: Person, now: datetime) -> None:
    """A person whose rights are others than before `now` (the machine's time): older tokens stop counting."""
    announce_person(work, person)
    work.emit(RolesChanged(person_id=person.id, at=now))


def announce_organisation(work: UnitOfWork, place: Organisation) -> None:
    """An organisation as it is now."""
    work.emit(
        OrganisationChanged(organisation_id=place.id, path=place.path, kind=place.kind, name=place.name)
    )

"""After an upgrade: what workflow did not keep before is told again by identity."""

from __future__ import annotations

import sqlalchemy as sa

from services.identity.models.accounts import Person
from services.identity.people.accounts import announce_person
from services.workflow.models import PersonPlace, Staff
from shared.service import Runtime


def names_are_missing(workflow: Runtime) -> bool:
    """Whether workflow knows where people hold roles, but was told by an earlier version: without names."""
    with workflow.reading() as session:
        known = [session.scalar(sa.select(table.person_id).limit(1)) for table in (PersonPlace, Staff)]
        return known[0] is not None and known[1] is None


def tell_of_everyone(identity: Runtime) -> None:
    """Everyone is announced as they are now; whoever knows that already changes nothing."""
    with identity.transaction() as work:
        for person in work.session.scalars(sa.select(Person).order_by(Person.created_at, Person.id)):
            announce_person(work, person)

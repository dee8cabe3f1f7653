"""Where people hold roles, as identity says: asked when a task is given to somebody who is not there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import PersonPlace
from shared.contracts.identity import PersonChanged
from shared.messaging.work import UnitOfWork


def keep_places(news: PersonChanged, work: UnitOfWork) -> None:
    """A person was added or changed; what they held before no longer counts."""
    before = sa.delete(PersonPlace).where(PersonPlace.person_id == news.person_id)
    work.session.execute(before)
    places = {role["organisation"] for role in news.roles}
    work.session.add_all(PersonPlace(person_id=news.person_id, organisation=place) for place in places)


def places_of(session: Session, person: str) -> Sequence[str]:
    """The organisations where a person (their id as text) holds roles; none for one unknown here."""
    try:
        identifier = UUID(person)
    except ValueError:
        return ()
    held = sa.select(PersonPlace.organisation).where(PersonPlace.person_id == identifier)
    return session.scalars(held).all()

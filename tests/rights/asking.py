"""Who asks, from where they stand to a record, what they are answered and what the table says to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.routes import Route
from shared.rights import EVERYONE, RIGHTS, ROLES
from shared.web.tokens import Signer
from tests.rights.bodies import body_of
from tests.rights.records import Record, address
from tests.rights.rows import id_of
from tests.rights.world import CITY, ELSEWHERE, World

NOBODY = ""
"""The role of who is logged in and holds none."""
ROLE_CODES = (NOBODY, *ROLES)


@dataclass(frozen=True)
class Asker:
    """A person with one role at one place; `stand` says how they stand to the record."""

    stand: str
    role: str
    place: str
    id: UUID


def askers(role: str, record: Record | None, stranger: UUID) -> Iterator[Asker]:
    """Somebody with the role in each way of standing to the record; a `stranger` where it is by a place."""
    if record is None:
        yield Asker("no record", role, CITY, stranger)
        return
    for stand, place in _places(record).items():
        yield Asker(stand, role, place, stranger)
    whose = {"own": record.own, "assigned": record.assigned}
    if record.applicant:
        whose["applicant"] = (record.applicant,)
    for stand, people in whose.items():
        yield from (Asker(stand, role, ELSEWHERE, person) for person in people)


def _places(record: Record) -> dict[str, str]:
    found = {"elsewhere": ELSEWHERE}
    if record.organisation:
        found |= {
            "same organisation": record.organisation, "below it": record.organisation + "below/",
            "beside it": record.organisation.rstrip("/") + "-other/", "above it": CITY,
        }  # fmt: skip
    tied = {"firm": record.firm, "authority": record.authority}
    return found | {name: place for name, place in tied.items() if place}


def granted(action: str, asker: Asker, record: Record | None) -> bool:
    """Whether the table lets them do this to the record."""
    by_role = RIGHTS[action].by_role
    relations = by_role.get(EVERYONE.code, frozenset()) | by_role.get(asker.role, frozenset())
    return bool(relations) if record is None else bool(relations & relations_of(asker, record))


def relations_of(asker: Asker, record: Record) -> set[str]:
    """How they stand to the record, in the words of the table."""
    places = {"organisation": record.organisation, "firm": record.firm, "authority": record.authority}
    found = {name for name, place in places.items() if place and place.startswith(asker.place)}
    people = {"own": record.own, "assigned": record.assigned}
    found |= {name for name, ids in people.items() if asker.id in ids}
    if asker.role == "applicant" and asker.id == record.applicant:
        found.add("own")
    if "organisation" in found and asker.role in record.offered:
        found.add("assigned")
    return found | {"any"}


def knows(action: str, role: str) -> bool:
    """Whether the role can do this to anything."""
    by_role = RIGHTS[action].by_role
    return role in by_role or EVERYONE.code in by_role


@dataclass
class Desk:
    """Asks the services as anybody."""

    world: World
    _clients: dict[str, FlaskClient] = field(default_factory=dict)
    _tokens: dict[tuple[str, str, UUID], str] = field(default_factory=dict)

    def ask(self, route: Route, method: str, values: Mapping[str, Any], asker: Asker) -> TestResponse:
        """The answer to the request, without following it elsewhere."""
        if route.service not in self._clients:
            self._clients[route.service] = self.world.house.system.app(route.service).test_client()
        headers = {"Authorization": f"Bearer {self._token(asker)}"}
        given = {} if method == "GET" else body_of(route.path, values, asker.id)
        return self._clients[route.service].open(
            address(route, values), method=method, headers=headers, **given
        )

    def _token(self, asker: Asker) -> str:
        who = (asker.role, asker.place, asker.id)
        if who not in self._tokens:
            roles = [{"role": asker.role, "organisation": asker.place}] if asker.role else []
            claims = {
                "sub": str(asker.id), "sid": str(id_of("session")), "name": "x", "csrf": "x", "roles": roles,
            }  # fmt: skip
            signer = Signer(self.world.house.system.settings.keys_dir)
            self._tokens[who] = signer.sign(claims, timedelta(days=1))
        return self._tokens[who]

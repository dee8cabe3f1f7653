"""A system that can be made to die at a named point and goes on from its files, and what it leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import httpx
import sqlalchemy as sa

from services.system import SERVICES
from shared.messaging.envelope import from_wire
from shared.messaging.tables import MECHANISM
from shared.service import Runtime
from tests.embedded import Embedded

LOGIN = "/identity/login"
APPLICATIONS = "/intake/api/applications"


class Died(BaseException):
    """The process is gone: nothing catches this. `at` is `<service>.<point>`."""

    def __init__(self, at: str) -> None:
        super().__init__(at)
        self.at = at


class Fate:
    """Ends the process where a service comes to a point for the given time: `{point: {1, 3}}`."""

    def __init__(self, deaths: Mapping[str, Set[int]]) -> None:
        self._deaths = deaths
        self._seen: Counter[str] = Counter()
        self.died: dict[str, set[str]] = {point: set() for point in deaths}

    def __call__(self, at: str) -> None:
        """A service stands at a point."""
        service, _, point = at.partition(".")
        self._seen[at] += 1
        if self._seen[at] in self._deaths.get(point, ()):
            self.died[point].add(service)
            raise Died(at)


class Mortal(Embedded):
    """Goes on after a death as its persons do: they repeat what was lost, and look whether the rest was kept.

    An act begun anew has the seed it had: what it leaves behind can be compared with an undisturbed run.
    """

    def __init__(self, folder: Path) -> None:
        self.begun: Counter[str] = Counter()
        self.clock_acts: Counter[str] = Counter()
        self.asking = False
        super().__init__(folder, self._seeds_of)
        self.http = httpx.Client(transport=_Patience(self), base_url="http://127.0.0.1")

    def note(self, at: str) -> None:
        """A watcher of the points: counts the acts of the clocks that were kept."""
        service, _, point = at.partition(".")
        if point == "clock.after_commit":
            self.clock_acts[service] += 1

    def pause(self) -> None:
        """Work until all is done, through any number of deaths."""
        while True:
            try:
                super().pause()
            except Died:
                self.restart()
            else:
                return

    def _seeds_of(self, service: str) -> Callable[[], UUID]:
        def seed() -> UUID:
            if not self.asking:
                return uuid5(NAMESPACE_OID, f"{service} clock {self.clock_acts[service]}")
            self.begun[service] += 1
            return uuid5(NAMESPACE_OID, f"{service} {self.clock.moment} {self.begun[service]}")

        return seed


class _Patience(httpx.BaseTransport):
    """A person whose request was cut off."""

    def __init__(self, house: Mortal) -> None:
        self._house = house

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or let the person find out."""
        house = self._house
        if request.method != "GET":
            house.clock.moment += house.AN_ACT
        house.asking = True
        house.begun.clear()
        try:
            return self._answer(request)
        finally:
            house.asking = False

    def _answer(self, request: httpx.Request) -> httpx.Response:
        while True:
            try:
                return httpx.WSGITransport(app=self._house.system).handle_request(request)
            except Died as death:
                self._house.restart()
                kept = death.at.endswith("after_commit")
            if not kept:
                self._house.begun.clear()  # the same act once more: it gets the same seeds
            elif request.url.path != LOGIN:
                return self._look(request)

    def _look(self, request: httpx.Request) -> httpx.Response:
        """The act was kept: the person goes on; the number of a new draft is read from the list."""
        if request.url.path != APPLICATIONS:
            return httpx.Response(200, json={})
        looking = httpx.Request("GET", request.url, headers=request.headers)
        answer = httpx.WSGITransport(app=self._house.system).handle_request(looking)
        answer.read()
        return httpx.Response(200, json=answer.json()[0])


MACHINE_TIME = {
    "outbox": {"sent_at"}, "inbox": {"received_at"}, "stream": {"due_at", "leased_until"},
    "ended_session": {"ended_at"}, "login_session": {"started_at", "expires_at", "ended_at", "last_used_at"},
    "login_attempt": {"last_at"}, "job": {"next_at"}, "message": {"next_at", "expires_at"},
    "api_client": {"last_used_at"}, "person": {"last_login_at", "sleeps_at"}, "address_attempt": {"last_at"},
    "changed_roles": {"changed_at"},
    "round": {"next_at"},
}  # fmt: skip
"""Columns of the machine's time, which does not stand still in these tests, or of when a clock came by."""
ORDER_BETWEEN_CASES = {"outbox": {"id"}, "stored_event": {"position"}}
"""Columns that count across services or cases; nobody is promised an order there."""


def traces(house: Embedded) -> dict[str, list[Any]]:
    """Every row of every table of every service, and the names of its files."""
    found = {}
    for name in SERVICES:
        runtime = house.system.runtimes[name]
        for table in (*runtime.service.metadata.sorted_tables, *MECHANISM.sorted_tables):
            found[f"{name}.{table.name}"] = sorted(map(repr, _rows(runtime, table)))
        kept = runtime.settings.files_dir / name
        found[f"{name} files"] = sorted(path.name for path in kept.glob("*"))
    return found


def _rows(runtime: Runtime, table: sa.Table) -> Iterator[dict[str, Any]]:
    left_out = MACHINE_TIME.get(table.name, set()) | ORDER_BETWEEN_CASES.get(table.name, set())
    with runtime.reading() as session:
        for row in session.execute(sa.select(table)).mappings():
            values = {name: value for name, value in row.items() if name not in left_out}
            if "wire" in values:  # sealed anew each time: what it says counts
                said = from_wire(values["wire"], runtime.keys)
                moment = {"at"} if said.name == "identity.roles_changed" else set()
                body = {n: value for n, value in said.body.items() if n not in moment}
                values["wire"] = replace(said, cause=None, body=body)
            yield values

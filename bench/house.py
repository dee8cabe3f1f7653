"""The workflow service as the figures use it: its tables made, models deployed, people with tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Flask

import shared.contracts  # noqa: F401
from bench.servers import database
from services.workflow import instances
from services.workflow.app import SERVICE
from services.workflow.deploying.deployments import deploy_resources
from services.workflow.human import tasks
from services.workflow.models import Instance
from shared.database import ensure_schema
from shared.messaging.tables import MECHANISM
from shared.rights import Held, Person
from shared.service import Runtime, new_seed
from shared.settings import Settings
from shared.web import build_app
from shared.web.tokens import Signer

CENTRE = "/bench-city/centre/"


class House:
    """The service on a database of its own."""

    def __init__(self, settings: Settings, *resources: bytes) -> None:
        self.settings = settings
        self.runtime = Runtime(SERVICE, settings)
        ensure_schema(self.runtime.engine, SERVICE.name)
        SERVICE.metadata.create_all(self.runtime.engine)
        MECHANISM.create_all(self.runtime.engine)
        named = [(f"{number}.{_suffix(content)}", content) for number, content in enumerate(resources)]
        if named:
            with self.runtime.transaction() as work:
                deploy_resources(work, named, "bench")

    def app(self) -> Flask:
        """The WSGI app on the same connections."""
        return build_app(SERVICE, self.settings, self.runtime)

    def token(self, *roles: str, at: str = CENTRE) -> str:
        """What a person with these roles shows at the door."""
        who = reviewer(*roles, at=at)
        claims = {
            "sub": str(who.id), "sid": str(who.session_id), "name": who.name, "csrf": "",
            "roles": [{"role": held.role, "organisation": held.organisation} for held in who.roles],
        }  # fmt: skip
        return Signer(self.settings.keys_dir).sign(claims, timedelta(hours=1))

    def start(self, process_id: str, *, of_case: bool = True, **variables: Any) -> Instance:
        """A new instance, of a case of its own or of none."""
        with self.runtime.transaction() as work:
            given, case_id = {"agency": CENTRE, **variables}, new_seed() if of_case else None
            step = instances.create_instance(work, process_id, given, case_id=case_id)
            step.write()
            work.session.expunge(step.instance)
            return step.instance

    def complete(self, key: int, **answers: Any) -> None:
        """Complete a human task."""
        with self.runtime.transaction() as work:
            tasks.complete_task(work, key, _REVIEWER, None, answers)


def reviewer(*roles: str, at: str = CENTRE) -> Person:
    """An invented person."""
    held = tuple(Held(role, at) for role in roles)
    return Person(id=_id("person"), name="测试员", roles=held, session_id=_id("session"), csrf="")


@contextmanager
def house(*resources: bytes) -> Iterator[House]:
    """The service on a PostgreSQL of its own, with these models deployed."""
    with database() as settings:
        opened = House(settings, *resources)
        try:
            yield opened
        finally:
            opened.runtime.close()


def _suffix(content: bytes) -> str:
    return "form" if content.startswith(b"{") else "bpmn"


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"bench {name}")


_REVIEWER = reviewer("reviewer")

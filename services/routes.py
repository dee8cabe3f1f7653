"""Every route of every service and what it demands: a right of the table, or nothing, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from services.system import SERVICES, service
from shared.web.factory import health


@dataclass(frozen=True)
class Route:
    """One address: `action` is the right it demands; one that is open has a `reason` instead."""

    service: str
    methods: tuple[str, ...]
    path: str
    action: str | None
    reason: str | None


def all_routes() -> list[Route]:
    """The routes of all services, by service and path; raises ValueError for one that demands nothing and
    gives no reason."""
    return sorted((route for name in SERVICES for route in _of(name)), key=lambda r: (r.service, r.path))


def _of(name: str) -> Iterator[Route]:
    app = Flask(name, static_folder=None)
    for blueprint in service(name).blueprints:
        app.register_blueprint(blueprint)
    app.add_url_rule(f"/{name}/health", "health", health)
    for rule in app.url_map.iter_rules():
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        kind, _, said = getattr(app.view_functions[rule.endpoint], "access", "").partition(": ")
        if kind not in ("needs", "open") or not said:
            raise ValueError(f"{rule.rule} of {name} demands no right and is not open to all")
        action, reason = (said, None) if kind == "needs" else (None, said)
        yield Route(name, methods, rule.rule, action, reason)

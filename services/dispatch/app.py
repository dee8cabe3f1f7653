"""The dispatch service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.dispatch import api, change_pages, pages
from services.dispatch.handlers import HANDLERS
from services.dispatch.indexes import INDEXES
from services.dispatch.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="dispatch",
    metadata=Base.metadata,
    handlers=HANDLERS,
    indexes=INDEXES,
    blueprints=(pages.blueprint, change_pages.blueprint, api.blueprint),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

"""The handling service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.handling import api, pages
from services.handling.handlers import HANDLERS
from services.handling.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="handling", metadata=Base.metadata, handlers=HANDLERS, blueprints=(pages.blueprint, api.blueprint)
)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

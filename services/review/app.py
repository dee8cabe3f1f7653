"""The review service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.review import api, pages, remedy_pages
from services.review.handlers import HANDLERS
from services.review.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="review",
    metadata=Base.metadata,
    handlers=HANDLERS,
    blueprints=(pages.blueprint, remedy_pages.blueprint, api.blueprint),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

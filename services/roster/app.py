"""The roster service."""

from __future__ import annotations

from flask import Flask

from services.roster import pages
from services.roster.handlers import HANDLERS
from services.roster.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(name="roster", metadata=Base.metadata, handlers=HANDLERS, blueprints=(pages.bp,))


def create_app(settings: Settings | None = None) -> Flask:
    """The web door of the roster service."""
    return build_app(SERVICE, settings)

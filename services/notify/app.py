"""The notify service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.notify import api, pages, staff_pages
from services.notify.channels import RecordedGateway
from services.notify.delivering import texting
from services.notify.handlers import HANDLERS
from services.notify.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="notify", metadata=Base.metadata, handlers=HANDLERS, clocks=(texting(RecordedGateway()),),
    blueprints=(pages.blueprint, staff_pages.blueprint, api.blueprint),
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

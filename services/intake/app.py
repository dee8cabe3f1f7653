"""The intake service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.intake import api, notice_api
from services.intake.clocks import CLOCKS
from services.intake.handlers import HANDLERS
from services.intake.indexes import INDEXES
from services.intake.models import Base
from services.intake.pages import BLUEPRINTS
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="intake", metadata=Base.metadata, handlers=HANDLERS,
    blueprints=(*BLUEPRINTS, api.blueprint, notice_api.blueprint), clocks=CLOCKS, indexes=INDEXES,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

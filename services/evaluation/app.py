"""The evaluation service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.evaluation import api, call_back_pages, improvement_pages, pages
from services.evaluation.handlers import HANDLERS
from services.evaluation.models import Base
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="evaluation", metadata=Base.metadata, handlers=HANDLERS,
    blueprints=(pages.blueprint, call_back_pages.blueprint, improvement_pages.blueprint, api.blueprint),
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)

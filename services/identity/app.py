"""The identity service."""

from __future__ import annotations

from flask import Flask

from services.identity import (
    access_log,
    access_pages,
    account_pages,
    api,
    client_pages,
    import_pages,
    joining_pages,
    lifecycle_pages,
    organisation_pages,
    pages,
    people_pages,
    signup_pages,
)
from services.identity.dormancy import SLEEP
from services.identity.indexes import INDEXES
from services.identity.models import Base
from services.identity.roles import TURNS
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="identity",
    metadata=Base.metadata,
    handlers=access_log.HANDLERS,
    indexes=INDEXES,
    blueprints=(
        pages.bp,
        signup_pages.bp,
        joining_pages.bp,
        account_pages.bp,
        people_pages.bp,
        lifecycle_pages.bp,
        import_pages.bp,
        organisation_pages.bp,
        client_pages.bp,
        access_pages.bp,
        api.bp,
    ),
    clocks=(TURNS, SLEEP),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The web door of the identity service."""
    return build_app(SERVICE, settings)

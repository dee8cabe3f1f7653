"""The identity service."""

from __future__ import annotations

from flask import Flask

from services.identity import api
from services.identity.access.log import HANDLERS
from services.identity.indexes import INDEXES
from services.identity.models import Base
from services.identity.pages import (
    access,
    account,
    clients,
    importing,
    joining,
    lifecycle,
    login,
    organisations,
    people,
    rights,
    signup,
)
from services.identity.people.dormancy import SLEEP
from services.identity.people.roles import TURNS
from shared.service import Service
from shared.settings import Settings
from shared.web import build_app

SERVICE = Service(
    name="identity",
    metadata=Base.metadata,
    handlers=HANDLERS,
    indexes=INDEXES,
    blueprints=(
        login.bp,
        signup.bp,
        joining.bp,
        account.bp,
        people.bp,
        lifecycle.bp,
        importing.bp,
        rights.bp,
        organisations.bp,
        clients.bp,
        access.bp,
        api.bp,
    ),
    clocks=(TURNS, SLEEP),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The web door of the identity service."""
    return build_app(SERVICE, settings)

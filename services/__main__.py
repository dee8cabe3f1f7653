"""All services in one process: the trial that needs no server, and the commands that prepare a system.

`python -m services run | prepare | verify-history`. The only module that imports several services.
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from werkzeug.utils import redirect

import shared.contracts  # noqa: F401  (makes every message known)
from services.demo import print_accounts, seed_demo
from shared import migrations
from shared.messaging.transport import Transport, transport_from
from shared.secrecy import Keyring
from shared.service import Runtime
from shared.settings import Settings
from shared.web.factory import build_app
from shared.web.tokens import create_keys
from shared.worker import Worker

SERVICES = (
    "identity", "workflow", "intake", "review", "dispatch", "roster", "handling", "evaluation", "notify",
)  # fmt: skip
_POLL_SECONDS = 0.2
log = logging.getLogger(__name__)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def app_module(name: str) -> ModuleType:
    """The `app` module of a service."""
    return importlib.import_module(f"services.{name}.app")


def prepare(settings: Settings) -> None:
    """Keys, migrations, models and (in a trial) the demo people; safe to repeat."""
    Keyring.create(settings.keys_dir)
    create_keys(settings.keys_dir)
    for name in SERVICES:
        migrations.upgrade(app_module(name).SERVICE, settings.database_of(name))
    workflow = Runtime(app_module("workflow").SERVICE, settings)
    importlib.import_module("services.workflow.deployments.folder").deploy_folder(workflow)
    workflow.close()
    if settings.environment != "production":
        for name in ("identity", "roster"):
            runtime = Runtime(app_module(name).SERVICE, settings)
            seed_demo(runtime)
            runtime.close()

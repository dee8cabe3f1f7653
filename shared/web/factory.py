"""The one app factory: the same headers, errors, layout and unit of work for every service."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache
import sqlalchemy as sa
from flask import Flask, current_app, jsonify, request
from sqlalchemy.orm import Session

from shared.messaging import crash
from shared.messaging.work import UnitOfWork
from shared.rights import Relation, has, may
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.web.access import open_to_all, person_or_none
from shared.web.bodies import Json
from shared.web.forgery import refuse_cross_site
from shared.web.layout import prepare, shared_templates
from shared.web.navigation import navigation_for
from shared.web.problems import register_problems
from shared.web.rates import Allowance, limit_programs
from shared.web.routing import LateRule
from shared.web.safety import keep_safe, page_nonce
from shared.web.tokens import Verifier
from shared.web.words import day, moment

_HERE = Path(__file__).parent
_FILES = 5  # as many of the largest files may be handed in at once


class _CompiledTemplates(jinja2.BytecodeCache):
    """Compiled templates of this process: its apps share the page layout, and compile it once."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Fill the bucket; its checksum of the source says whether it still fits."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()


def build_app(service: Service, settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """The Flask app of a service; `runtime` is shared with its worker when both live in one process."""
    settings = settings or Settings.from_env()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = Flask(service.name, static_folder=_HERE / "static" / "dist", static_url_path="/static")
    app.url_rule_class = LateRule
    app.extensions["fayuan"] = runtime = runtime or Runtime(service, settings)
    app.extensions["fayuan-verifier"] = Verifier(settings.keys_dir)
    app.extensions["fayuan-allowance"] = Allowance(runtime.engine, service.name)
    keep_safe(app, settings, _FILES * int(runtime.policy.get("intake.upload_max_mb")))
    app.json = Json(app)
    _set_templates(app, service)
    app.jinja_env.filters.update(moment=moment, day=day)
    app.before_request(refuse_cross_site)
    app.before_request(limit_programs)
    app.context_processor(_page_context)
    register_problems(app)
    for blueprint in service.blueprints:
        app.register_blueprint(blueprint)
    app.add_url_rule(f"/{service.name}/health", "health", health)
    return app


def runtime() -> Runtime:
    """The runtime of the service that answers this request."""
    found: Runtime = current_app.extensions["fayuan"]
    return found


@contextlib.contextmanager
def transaction() -> Iterator[UnitOfWork]:
    """The unit of work of a writing request; commits once at its end."""
    here = runtime()
    with here.transaction() as work:
        yield work
        crash.reached(here.service.name, "web.before_commit")
    crash.reached(here.service.name, "web.after_commit")


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A session for a request that only reads."""
    with runtime().reading() as session:
        yield session


def _set_templates(app: Flask, service: Service) -> None:
    own = Path(importlib.import_module(f"services.{service.name}").__file__ or "").parent / "templates"
    app.jinja_loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(own), shared_templates()])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "bytecode_cache": _COMPILED}
    prepare(app.jinja_env)


def _page_context() -> dict[str, Any]:
    person = person_or_none()
    return {
        "person": person,
        "csrf_token": person.csrf if person else "",
        "nonce": page_nonce(),
        "may": _may,
        "nav": navigation_for(person, request.path),
        "complaint_telephone": runtime().policy.get("intake.complaint_telephone"),
        "text_size": request.cookies.get("text_size", "normal"),
        "contrast": request.cookies.get("contrast", "normal"),
    }


def _may(action: str, about: Relation | None = None) -> bool:
    """For templates: whether the reader may do the action to this record, or to some record at all."""
    person = person_or_none()
    if person is None:
        return False
    return has(person, action) if about is None else may(person, action, about)


@open_to_all("tells load balancers whether the service and its database answer")
def health() -> Any:
    """Answer, with a question to the database."""
    with reading() as session:
        session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok", service=runtime().service.name)

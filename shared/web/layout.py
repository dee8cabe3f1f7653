"""The Jinja side of the page layout: where the shared templates are, and addresses of the built assets."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def shared_templates() -> BaseLoader:
    """Loader of `layout.html`, `ui.html`, `problem.html`, `form.html` and of the GOV.UK macros they use.

    A service's own loader comes before it: `ChoiceLoader([own, shared_templates()])`.
    """
    govuk = PackageLoader("govuk_frontend_jinja")
    return ChoiceLoader(
        [FileSystemLoader(_HERE / "templates"), PrefixLoader({"govuk_frontend_jinja": govuk})]
    )


def prepare(environment: Environment) -> None:
    """Prepare a Jinja environment for the shared templates: the macros read missing parameters."""
    environment.undefined = ChainableUndefined
    environment.globals["asset"] = asset


@cache
def page_environment() -> Environment:
    """An environment of the shared templates alone, for rendering outside a request."""
    environment = Environment(loader=shared_templates(), autoescape=True)
    prepare(environment)
    return environment


def asset(name: str) -> str:
    """The address of a built file below `/static/`, with a mark of its content for caches."""
    path = STATIC / "dist" / name
    if not path.exists():  # not built yet: the page stays readable without it
        return f"/static/{name}"
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}"


@cache
def _digest(path: Path, changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]

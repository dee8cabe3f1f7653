"""The nginx configuration, written from one template for `make stack` and for the image of compose."""

import os
import sys
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from shared.web.safety import HEADERS

HERE = Path(__file__).parent
ROOT = HERE.parent
HOME = "intake"  # answers every path that belongs to nobody else
OTHER_PREFIXES = {"v2": "workflow"}
DOORS = {
    "login": ("/identity/login", "/identity/register", "/identity/join", "/identity/account/password"),
    "token": ("/identity/oauth/token",),
}
"""Where somebody may guess, by the zone of nginx that counts them."""
RATES = {"login": 60, "token": 120, "upload": 120}
"""Requests a minute and address; as many more may come at once. An office behind one address fits in."""
UNLIMITED = dict.fromkeys(RATES, 60_000)
"""For a system on one machine, where everybody comes from the same address: the tests, the benchmarks."""
_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def services() -> list[str]:
    """The services that have a web process, in the order of the Procfile."""
    names = (line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines())
    return [name.removesuffix("-web") for name in names if name.endswith("-web")]


def routes() -> dict[str, str]:
    """First part of the path -> service: each service under its name, and what else it declares."""
    return {**{service: service for service in services()}, **OTHER_PREFIXES}


def render(**places: Any) -> str:
    """The configuration; `places` are the machine's paths and addresses that the template names."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((HERE / "nginx.conf.jinja").read_text())
    own = {"Content-Security-Policy": _PAGE, "Cache-Control": "no-store", **HEADERS}
    lines = (f'            add_header {name} "{value}" always;' for name, value in own.items())
    return template.render(
        services=services(), routes=routes().items(), home=HOME, doors=DOORS, own_headers="\n".join(lines),
        **places,
    )  # fmt: skip


def for_this_machine(run: Path, port: int) -> str:
    """The configuration of `make stack`: one TCP port, the services behind Unix sockets in `run`."""
    return render(
        # Started by root, nginx would give its workers another account, which cannot enter `run`.
        rates=UNLIMITED,
        proxies=(),
        user="root" if os.geteuid() == 0 else None,
        run=run,
        mime_types="/etc/nginx/mime.types",
        access_log="off",
        upstream=f"unix:{run}/{{service}}.sock",
        listen=f"127.0.0.1:{port}",
        pages=HERE / "pages",
        static=ROOT / "shared" / "web" / "static" / "dist",
    )


def for_compose() -> str:
    """The configuration inside the nginx container: services by their compose names.

    OUTER_PROXIES names the networks of proxies in front of it, such as the one that ends TLS, with blanks
    between: only from there the reported address of a client is believed.
    """
    return render(
        rates=RATES,
        proxies=os.environ.get("OUTER_PROXIES", "").split(),
        user=None,
        run="/tmp",
        mime_types="/etc/nginx/mime.types",
        access_log="/dev/stdout plain",
        upstream="{service}-web:8000",
        listen="8080",
        pages="/usr/share/nginx/pages",
        static="/usr/share/nginx/static",
    )


if __name__ == "__main__":
    sys.stdout.write(for_compose())

"""The nginx configuration, written from one template for `make stack` and for the image of compose."""

import os
import sys
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

HERE = Path(__file__).parent
ROOT = HERE.parent
HOME = "intake"  # answers every path that belongs to nobody else
OTHER_PREFIXES = {"v2": "workflow"}


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
    return template.render(services=services(), routes=routes().items(), home=HOME, **places)


def for_this_machine(run: Path, port: int) -> str:
    """The configuration of `make stack`: one TCP port, the services behind Unix sockets in `run`."""
    return render(
        # Started by root, nginx would give its workers another account, which cannot enter `run`.
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
    """The configuration inside the nginx container: services by their compose names."""
    return render(
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

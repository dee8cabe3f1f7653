"""The deployment says the same in every place: Procfile, compose, nginx, settings, locks."""

import json
import os
import re
import shlex
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from honcho.environ import parse_procfile

from deploy import nginx
from services import system as embedded
from shared.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROCFILE: dict[str, str] = parse_procfile((ROOT / "Procfile").read_text()).processes
SERVICES = embedded.SERVICES
PROCESSES = {f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")}
TOOLS = {"migrate", "rekey"}
SCHEMA = ROOT.parent / "shared" / "data" / "compose-spec.json"


def without_bind(command: str) -> list[str]:
    """The words of a command but for the address it listens on, which is the one allowed difference."""
    words = shlex.split(command)
    if "--bind" in words:
        place = words.index("--bind")
        del words[place : place + 2]
    return words


def test_every_service_has_a_web_and_a_worker_process_in_both() -> None:
    assert PROCFILE.keys() == PROCESSES | {"nginx"}
    assert COMPOSE["services"].keys() == PROCESSES | {"nginx", "postgres", "rabbitmq", *TOOLS}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_both_run_the_same_command(name: str) -> None:
    assert without_bind(PROCFILE[name]) == without_bind(COMPOSE["services"][name]["command"])


def test_each_service_folder_is_one_of_the_nine() -> None:
    folders = {app.parent.name for app in (ROOT / "services").glob("*/app.py")}
    assert folders <= set(SERVICES)


def test_compose_follows_the_specification() -> None:
    if not SCHEMA.exists():
        pytest.skip("the Compose specification lies in ../shared/data, which is not beside this checkout")
    schema = json.loads(SCHEMA.read_text())
    assert "draft-07" in schema.pop("$schema")  # written with https there, which the library does not know
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


@pytest.mark.parametrize("name", sorted(COMPOSE["services"].keys() - TOOLS))
def test_every_lasting_process_is_watched_and_started_again(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_every_process_waits_for_the_servers_and_the_migration(name: str) -> None:
    conditions = {key: value["condition"] for key, value in COMPOSE["services"][name]["depends_on"].items()}
    assert conditions == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "rabbitmq": "service_healthy",
    }


def test_no_container_runs_as_root() -> None:
    by_image = [name for name, service in COMPOSE["services"].items() if "user" not in service]
    assert set(by_image) == PROCESSES | TOOLS
    app_stage = (ROOT / "Dockerfile").read_text().split(" AS app\n")[1].split("\nFROM ")[0]
    assert "USER 10001:10001" in app_stage


def test_only_who_makes_keys_may_write_them() -> None:
    writers = [
        name
        for name, service in COMPOSE["services"].items()
        if "keys:/var/lib/fayuan/keys" in service.get("volumes", [])
    ]
    assert set(writers) == TOOLS


def test_files_of_a_service_are_shared_by_its_two_processes_only() -> None:
    for service in SERVICES:
        volume = f"{service}-files:/var/lib/fayuan/files"
        users = {name for name, each in COMPOSE["services"].items() if volume in each.get("volumes", [])}
        assert users == {f"{service}-web", f"{service}-worker"}


def test_an_operator_starts_what_renews_keys_and_it_finds_all_files() -> None:
    tool = COMPOSE["services"]["rekey"]
    assert (tool["profiles"], tool["restart"]) == (["rekey"], "no")
    settings = Settings(files_dir=Path(tool["environment"]["FILES_DIR"]))
    for service in SERVICES:
        inside = settings.files_of(service).relative_to(f"/var/lib/fayuan/files/{service}")
        assert f"{service}-files:/var/lib/fayuan/files/{service}" in tool["volumes"]
        assert inside == Settings(files_dir=Path("/f")).files_of(service).relative_to("/f")


def test_passwords_come_from_files_only() -> None:
    assert all(secret.keys() == {"file"} for secret in COMPOSE["secrets"].values())
    for service in COMPOSE["services"].values():
        for name in service.get("environment", {}):
            assert not re.search("PASSWORD|SECRET|DATABASE_URL|TRANSPORT_URL", name) or name.endswith("_FILE")


def test_secrets_are_random_and_kept(tmp_path: Path) -> None:
    make = [str(ROOT / "deploy" / "make-secrets.sh")]
    for folder in ("one", "two", "one"):
        subprocess.run([*make, str(tmp_path / folder)], check=True, capture_output=True)
        if folder == "one" and not (tmp_path / "kept").exists():
            (tmp_path / "kept").write_text((tmp_path / "one" / "database_url").read_text())
    assert {path.name for path in (tmp_path / "one").iterdir()} == set(COMPOSE["secrets"])
    password = (tmp_path / "one" / "postgres_password").read_text()
    assert len(password) == 48
    assert password in (tmp_path / "one" / "database_url").read_text()
    assert (tmp_path / "kept").read_text() == (tmp_path / "one" / "database_url").read_text()
    assert password != (tmp_path / "two" / "postgres_password").read_text()
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o700


def test_nginx_leads_each_path_to_its_service() -> None:
    text = nginx.for_compose()
    for service in SERVICES:
        assert f"server {service}-web:8000;" in text
    for first, service in nginx.routes().items():
        assert f"location ~ ^/{first}(/|$) {{\n            proxy_pass http://{service};" in text


def test_nginx_and_the_embedded_mode_route_alike() -> None:
    prefixes = {prefix: name for name in SERVICES for prefix in embedded.service(name).prefixes}
    assert nginx.routes() == {**{name: name for name in SERVICES}, **prefixes}
    assert nginx.HOME == embedded.HOME


def test_nginx_logs_no_query_strings() -> None:
    formats = re.findall(r"log_format \w+ '(.*)';", nginx.for_compose())
    assert len(formats) == 1
    assert not {"$request", "$request_uri", "$args", "$http_referer", "$query_string"} & set(
        formats[0].split()
    )


@pytest.mark.servers
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(nginx.for_this_machine(tmp_path, 18080))
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
    done = subprocess.run(
        ["nginx", "-t", "-q", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")],
        env={"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert Settings.from_env(example) == Settings()
    assert example.keys() == {name.upper() for name in Settings.__dataclass_fields__}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_locks_pin_what_is_asked_for_by_hash_and_name_no_registry(name: str) -> None:
    asked = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    lock = (ROOT / f"{name}.lock").read_text()
    pins = re.split(r"\n(?=\S)", lock)
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    assert {each.lower().replace("_", "-") for each in asked} <= pinned
    assert all("--hash=sha256:" in pin for pin in pins if not pin.startswith("#"))
    assert "://" not in lock
    assert "--index-url" not in lock


def test_what_the_product_imports_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    files = [path for folder in ("shared", "services", "deploy") for path in (ROOT / folder).rglob("*.py")]
    named = {
        name
        for path in files
        for name in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
    }
    brought_by = packages_distributions()
    for name in named & brought_by.keys():
        assert {each.lower().replace("_", "-") for each in brought_by[name]} & locked, name


def test_every_package_is_explained() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text()
    asked = [
        each
        for name in ("requirements.in", "requirements-dev.in")
        for each in re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / name).read_text(), re.MULTILINE)
    ]
    manifest = ROOT / "frontend" / "package.json"
    if manifest.exists():
        packages = json.loads(manifest.read_text())
        asked += [*packages.get("dependencies", {}), *packages.get("devDependencies", {})]
    assert [each for each in asked if f"| {each} |" not in explained] == []

"""The first administrator of a new system, from the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.identity.app import SERVICE
from services.identity.founding import AlreadyFounded, found
from services.identity.logins.passwords import hashed
from shared import migrations
from shared.service import Runtime
from shared.settings import Settings
from shared.web import build_app
from tests.rig import ROOT, Bench, settings_in
from tests.services.identity.conftest import try_login

FIRST = ("/new-city/", "新市", "first", "贾首任", "13800000099")


def test_there_is_one_first_administrator(bench: Bench) -> None:
    given = dict(zip(("path", "place", "login", "name", "phone"), FIRST, strict=True))
    with bench.work() as work:
        found(work, **given, secret=hashed("green tea 3"))
    assert try_login(bench, "first", "green tea 3").headers["Location"] == "/identity/people"
    with pytest.raises(AlreadyFounded), bench.work() as work:
        found(work, **{**given, "login": "second"}, secret=hashed("green tea 3"))


def founding(settings: Settings, password: str) -> subprocess.CompletedProcess[str]:
    """Run the command with the password on its standard input."""
    environment = {"DATABASE_URL": settings.database_url, "KEYS_DIR": str(settings.keys_dir)}
    return subprocess.run(
        [sys.executable, "-m", "services.identity.founding", *FIRST], cwd=ROOT, env=environment,
        input=f"{password}\n", capture_output=True, text=True, timeout=60,
        start_new_session=True, check=False,
    )  # fmt: skip


def test_the_command_works_on_an_empty_system(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    migrations.upgrade(SERVICE, settings.database_of("identity"))
    assert founding(settings, "too short").returncode == 1
    done = founding(settings, "green tea 3")
    assert (done.returncode, "再指定一名" in done.stdout) == (0, True)
    again = founding(settings, "green tea 3")
    assert (again.returncode, "系统已经有管理员" in again.stderr) == (1, True)
    runtime = Runtime(SERVICE, settings)
    answer = build_app(SERVICE, settings, runtime).test_client().post(
        "/identity/login", data={"login": "first", "password": "green tea 3"}
    )  # fmt: skip
    runtime.close()
    assert answer.status_code == 303

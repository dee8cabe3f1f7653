"""A machine that lacks something is told which Debian package brings it."""

import os
import subprocess
from pathlib import Path

import pytest

NEEDS = Path(__file__).parent.parent.parent / "deploy" / "needs.sh"


def machine(folder: Path, **programs: str) -> dict[str, str]:
    """An environment that has the usual small tools and these programs (name=shell text) only."""
    folder.mkdir(exist_ok=True)
    for tool in ("sh", "sed", "sort", "tr", "ls", "find", "id", "cat"):
        (folder / tool).symlink_to(
            f"/usr/bin/{tool}" if Path(f"/usr/bin/{tool}").exists() else f"/bin/{tool}"
        )
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder), "HOME": str(folder)}


def needs(environment: dict[str, str], *things: str) -> tuple[int, str]:
    """Exit status and everything it printed."""
    done = subprocess.run(
        [str(NEEDS), *things], env=environment, capture_output=True, text=True, check=False, timeout=20
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("thing", "package"),
    [
        ("make", "make"),
        ("python", "python3-venv"),
        ("node", "nodejs npm"),
        ("chromium", "chromium"),
        ("light-chromium", "chromium-headless-shell"),
    ],
)
def test_names_the_package_of_what_is_missing(tmp_path: Path, thing: str, package: str) -> None:
    status, text = needs(machine(tmp_path), thing)
    assert status == 1
    assert f"apt-get install {package} \n" in text


def test_a_wish_is_no_need(tmp_path: Path) -> None:
    assert needs(machine(tmp_path), "--wish", "light-chromium")[0] == 0
    assert needs(machine(tmp_path / "other"), "light-chromium")[0] == 1


@pytest.mark.parametrize("browser", ["chromium-headless-shell", "chromium"])
def test_says_nothing_when_all_is_there(tmp_path: Path, browser: str) -> None:
    has = machine(tmp_path, make="", node="echo v20.1.0", npm="", python3="exit 0", **{browser: ""})
    assert needs(has, "make", "node", "python", "chromium") == (0, "")


@pytest.mark.parametrize(("version", "status"), [("v19.9.9", 1), ("v20.0.0", 0), ("v22.4.0", 0)])
def test_wants_node_20(tmp_path: Path, version: str, status: int) -> None:
    found = needs(machine(tmp_path, node=f"echo {version}", npm=""), "node")
    assert found[0] == status
    assert (version in found[1]) == bool(status)


def test_an_unknown_thing_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    status, text = needs(machine(tmp_path), "databse")
    assert status == 2
    assert "databse" in text


def test_a_plain_user_is_told_what_root_must_install(tmp_path: Path) -> None:
    has = machine(tmp_path)
    os.unlink(tmp_path / "id")
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    status, text = needs(has, "--install", "chromium")
    assert status == 1
    assert "apt-get install chromium" in text

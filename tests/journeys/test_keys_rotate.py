"""`make rotate-keys`, `rotate-signing-key`, `retire-keys` beside a case and people who log in."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from demo import stories
from demo.__main__ import EXPECTED
from demo.drive import ordered
from demo.people_of import Actor
from services.rotation import KEPT
from shared.clock import SystemClock
from shared.field_keys import read_keys, replace_file
from shared.web.tokens import LONGEST_TOKEN, public_keys
from tests.journeys.conftest import Deployed
from tests.journeys.test_personal_data import files_below, tables
from tests.rig import ROOT
from tests.stack import FullStack

PEOPLE = ("clerk", "handler", "applicant2", "auditor")


@dataclass
class LoggedIn:
    """What became of everybody who logged in: by which keys their tokens are signed, and what went wrong."""

    keys: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def one_more(self, http: httpx.Client, login: str) -> None:
        """Log in, and look at one's account with the token."""
        person = Actor(http, login)
        try:
            person.get("/identity/account")
            person.get("/notify/messages")
        except Exception as error:  # whatever it is: the test names it
            self.problems.append(f"{login}: {error}")
            return
        self.keys.add(signed_by(person.token))


def signed_by(token: str) -> str:
    """The id of the key that a token names."""
    head = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


@contextmanager
def people_logging_in(stack: FullStack) -> Iterator[LoggedIn]:
    """One after the other, all the time."""
    seen, over = LoggedIn(), threading.Event()

    def go_on() -> None:
        number = 0
        with httpx.Client(base_url=stack.url, timeout=30) as http:
            while not over.wait(0.2):
                seen.one_more(http, PEOPLE[number % len(PEOPLE)])
                number += 1

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def command(stack: FullStack, name: str) -> subprocess.Popen[str]:
    """`make NAME` beside the running system."""
    environment = {**os.environ, **stack.settings, "ENVIRONMENT": "test", "LOG_LEVEL": "WARNING"}
    return subprocess.Popen(
        [sys.executable, "-m", "services", name], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    """What it printed, when it ended well."""
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 0, said
    return said


def signs_now(folder: Path) -> None:
    """The ten minutes after which the new key signs are over in a moment."""
    stored = json.loads((folder / "identity.private.json").read_text())
    stored["keys"][-1]["signs_from"] = SystemClock().now().timestamp() + 1.5
    replace_file(folder / "identity.private.json", json.dumps(stored))


def a_week_later(folder: Path) -> None:
    """The old keys are as old as they have to be."""
    fields = json.loads((folder / "fields.json").read_text())
    fields["since"] = {kid: str(datetime.fromisoformat(at) - KEPT) for kid, at in fields["since"].items()}
    replace_file(folder / "fields.json", json.dumps(fields))
    signing = json.loads((folder / "identity.private.json").read_text())
    signing["keys"][-1]["signs_from"] -= LONGEST_TOKEN.total_seconds()
    replace_file(folder / "identity.private.json", json.dumps(signing))


def naming(stack: FullStack, kid: str) -> list[str]:
    """Every table and file in which something is sealed with that key."""
    address = stack.settings["DATABASE_URL"].replace("+psycopg", "")
    mark = f"v1.{kid}.".encode()
    held = [*tables(address), *files_below(Path(stack.settings["FILES_DIR"]))]
    return [name for name, content in held if mark in content]


@pytest.mark.clause("S0-10.1.1")
def test_keys_rotate_while_a_case_is_driven_and_people_log_in(deployed: Deployed) -> None:
    stack, folder = deployed.stack, deployed.stack.keys_dir
    old = read_keys(folder).newest
    before = Actor(deployed.http, "clerk")
    signing = signed_by(before.token)
    assert naming(stack, old)
    with people_logging_in(stack) as seen:
        ended(command(stack, "rotate-signing-key"))
        rotation = command(stack, "rotate-keys")
        signs_now(folder)
        drive = deployed.drive()
        stories.granted(drive)
        ended(rotation)
    assert seen.problems == []
    assert seen.keys == {signing, public_keys(folder)["keys"][-1]["kid"]}
    assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()
    assert deployed.buried() == []
    assert naming(stack, old) == []

    before.get("/identity/account")
    a_week_later(folder)
    assert f"{old}: 已销毁" in ended(command(stack, "retire-keys"))
    assert old not in read_keys(folder).keys
    assert old_token_refused(deployed, before)
    assert drive.number in said_of_the_case(deployed, drive.case_id)


def old_token_refused(deployed: Deployed, person: Actor) -> bool:
    """Whether nobody believes what the withdrawn key signed."""
    answer = deployed.http.get("/identity/account", headers={**person.headers, "Accept": "application/json"})
    return answer.status_code == 401


def said_of_the_case(deployed: Deployed, case_id: str) -> str:
    """What the applicant, logged in with the new key, reads of the case."""
    headers = Actor(deployed.http, "applicant").headers
    return deployed.http.get(f"/intake/api/applications/{case_id}", headers=headers).text

"""`kill -9` of the trial at any moment: it goes on, nothing is lost and nothing done twice."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo import stories
from demo.__main__ import EXPECTED
from demo.drive import Drive, ordered
from demo.people_of import Integration
from tests.journeys.stubborn import Stubborn
from tests.journeys.trial import Trial
from tests.rig import ROOT

KILLS = 4
ACTS = 30
pytestmark = pytest.mark.servers


@pytest.fixture
def trial(prepared: Path, tmp_path: Path) -> Iterator[Trial]:
    found = Trial(shutil.copytree(prepared, tmp_path / "trial"))
    found.start()
    yield found
    found.kill()


class Reaper:
    """Kills the trial some time after certain acts were begun, and starts it again."""

    def __init__(self, trial: Trial, chance: random.Random) -> None:
        self._trial = trial
        self._chance = chance
        self._marks = set(chance.sample(range(2, ACTS), KILLS))
        self._at_work = threading.Lock()
        self.kills = 0

    def before(self, number: int) -> None:
        """A person begins act `number`."""
        if number in self._marks:
            threading.Timer(self._chance.uniform(0, 0.3), self._strike).start()

    def _strike(self) -> None:
        with self._at_work:
            self._trial.kill()
            self.kills += 1
            self._trial.start()


def ids_in_feed(http: httpx.Client, case_id: str) -> list[str]:
    """The ids of the stored events of a case, as often as they are stored."""
    events, _ = Integration(http).events(0, case_id)
    return [event["id"] for event in events]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_case_survives_any_number_of_deaths(trial: Trial, seed: int) -> None:
    reaper = Reaper(trial, random.Random(seed))
    with httpx.Client(transport=Stubborn(reaper.before), base_url=trial.url, timeout=30) as http:
        drive = Drive(http, lambda *_: None)
        stories.granted(drive)
        assert reaper.kills == KILLS
        assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()
        ids = ids_in_feed(http, drive.case_id)
    assert len(ids) == len(set(ids)) == len(drive.events)


def test_make_demo_drives_the_trial(trial: Trial) -> None:
    command = [sys.executable, "-m", "demo", trial.url]
    ended = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
    assert "已归档" in ended.stdout

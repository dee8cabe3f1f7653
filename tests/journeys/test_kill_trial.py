"""`kill -9` of the trial at any moment: it goes on, nothing is lost and nothing done twice."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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

CASES = 2
KILLS = 4
ACTS = 30 * CASES
pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def trial(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    found = Trial(shutil.copytree(prepared, tmp_path_factory.mktemp("killed") / "trial"))
    found.start()
    yield found
    found.kill()


class Reaper:
    """Kills the trial some time after certain acts were begun, and starts it again."""

    def __init__(self, trial: Trial, chance: random.Random) -> None:
        self._trial = trial
        self._chance = chance
        self._marks = set(chance.sample(range(2, ACTS), KILLS))
        self._counting, self._at_work = threading.Lock(), threading.Lock()
        self._begun = 0
        self.kills = 0

    def before(self, _number: int) -> None:
        """A person of any of the cases begins an act."""
        with self._counting:
            self._begun += 1
            struck = self._begun in self._marks
        if struck:
            threading.Timer(self._chance.uniform(0, 0.3), self._strike).start()

    def _strike(self) -> None:
        with self._at_work:
            self._trial.kill()
            self.kills += 1
            self._trial.start()


def lived_through(trial: Trial, reaper: Reaper) -> None:
    """A case that is driven meanwhile; its events are there, each once."""
    with httpx.Client(transport=Stubborn(reaper.before), base_url=trial.url, timeout=30) as http:
        drive = Drive(http, lambda *_: None)
        stories.granted(drive)
        assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()
        stored, _ = Integration(http).events(0, drive.case_id)
    assert len({event["id"] for event in stored}) == len(stored) == len(drive.events)


def test_cases_survive_any_number_of_deaths(trial: Trial) -> None:
    """Two at once: each death hits both, wherever they stand."""
    reaper = Reaper(trial, random.Random(1))
    with ThreadPoolExecutor(CASES) as persons:
        driven = [persons.submit(lived_through, trial, reaper) for _ in range(CASES)]
        for case in driven:
            case.result()
    assert reaper.kills == KILLS


def test_make_demo_drives_the_trial(trial: Trial) -> None:
    command = [sys.executable, "-m", "demo", trial.url]
    ended = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
    assert "已归档" in ended.stdout

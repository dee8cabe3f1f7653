"""`make verify-history`: the history of a case is whole; one changed byte is found."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from services.__main__ import verify_history
from tests.embedded import Embedded, settings_of
from tests.journeys.reached import case_at
from tests.journeys.trial import Trial

TAMPERING = {
    "a letter of an entry": "UPDATE history SET body = replace(body, 'e', 'f') WHERE number = 5",
    "an entry that is no JSON any more": "UPDATE history SET body = substr(body, 2) WHERE number = 6",
    "the moment of an entry": "UPDATE history SET at = '2026-09-24 02:00:00.000001' WHERE number = 7",
    "a hash": "UPDATE history SET hash = iif(hash LIKE 'f%', '0', 'f') || substr(hash, 2) WHERE number = 9",
    "the last entry taken away": "DELETE FROM history WHERE number = (SELECT max(number) FROM history)",
    "an entry in between taken away": "DELETE FROM history WHERE number = 4",
    "all of it taken away": "DELETE FROM history",
}


@pytest.fixture(scope="module")
def refused(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a system in which a case was refused."""
    house = Embedded(shutil.copytree(prepared, tmp_path_factory.mktemp("refused") / "system"))
    case_at(house, "refused")
    house.close()
    return house.folder


def test_the_command_tells_a_whole_history_from_a_changed_one(refused: Path, tmp_path: Path) -> None:
    ended = Trial(refused).command("verify-history")
    assert (ended.returncode, "intact" in ended.stdout) == (0, True), ended.stderr
    ended = Trial(tampered(refused, tmp_path, "a letter of an entry")).command("verify-history")
    assert (ended.returncode, "entry 5" in ended.stdout) == (1, True), ended.stderr


@pytest.mark.parametrize("kind", TAMPERING)
def test_what_was_changed_is_found(
    refused: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_history(settings_of(tampered(refused, tmp_path, kind))) == 1
    assert "changed" in capsys.readouterr().out


def tampered(folder: Path, beside: Path, kind: str) -> Path:
    """A copy of the system whose history somebody has changed."""
    copy = shutil.copytree(folder, beside / "system")
    database = sqlite3.connect(copy / "workflow.db")
    with database:
        assert database.execute(TAMPERING[kind]).rowcount > 0
    database.close()
    return copy

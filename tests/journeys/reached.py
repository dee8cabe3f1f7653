"""Cases that many journeys begin with, driven once per run: each goes on from a copy of the whole system.

On the full stack they are driven anew each time.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded, once_made, prepared_folder
from tests.journeys.conftest import System

_LENT = {"_http", "_tell", "_pause", "_actors", "_integration"}
"""What a drive was given, other than what it knows of its case."""


def _refuse(drive: Drive) -> None:
    stories.decide(drive, answers.REFUSE)
    drive.until_state("REFUSED")


def _grant(drive: Drive) -> None:
    stories.decide(drive, answers.GRANT)
    drive.assigned(1)
    drive.until_state("ASSIGNED")
    drive.task("respond_to_assignment")


def _accept(drive: Drive) -> None:
    drive.work(drive.handler(), "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")
    drive.task("sign_agreement")


def _hand_in(drive: Drive) -> None:
    stories.hand_in(drive)
    drive.until_state("CLOSING_REVIEW")


def _close(drive: Drive) -> None:
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.until_passed("CLOSED")


_STEPS: dict[str, tuple[str | None, Callable[[Drive], None]]] = {
    "applied": (None, Drive.apply),
    "refused": ("applied", _refuse),
    "granted": ("applied", _grant),
    "handling": ("granted", _accept),
    "completed": ("handling", stories.handle),
    "closing review": ("completed", _hand_in),
    "closed": ("closing review", _close),
}
"""For each place the one before it, and how a case gets from there to here."""


def case_at(system: System, place: str) -> Drive:
    """The case that came so far; in one process, what was done in the system before is gone."""
    if isinstance(system, Embedded):
        return _go_on(system, place)
    before, step = _STEPS[place]
    drive = case_at(system, before) if before else system.drive()
    step(drive)
    return drive


def _go_on(house: Embedded, place: str) -> Drive:
    kept = once_made(place, lambda folder: _make(folder, place))
    moment, known, tokens = pickle.loads((kept / "case").read_bytes())
    house.move_into(kept / "system", moment)
    drive = house.drive()
    vars(drive).update(known)
    for login, token in tokens.items():
        vars(drive.actor(login))["token"] = token
    return drive


def _make(folder: Path, place: str) -> None:
    """Drive the case there and write down what its persons know."""
    before, step = _STEPS[place]
    house = Embedded(shutil.copytree(prepared_folder(), folder / "system"))
    drive = _go_on(house, before) if before else house.drive()
    step(drive)
    house.pause()
    house.close()
    tokens = {login: actor.token for login, actor in drive._actors.items()}
    known: dict[str, Any] = {name: value for name, value in vars(drive).items() if name not in _LENT}
    (folder / "case").write_bytes(pickle.dumps((house.clock.moment, known, tokens)))

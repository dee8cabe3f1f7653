"""One running system for all browser tests; every test brings its own persons."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from demo.drive import Drive
from tests.browser.house import House, start_house
from tests.browser.looking import AXE, Inspector
from tests.browser.persons import Somebody


@pytest.fixture(autouse=True)
def patient() -> None:
    """No dump of all stacks after a while: walking those of Playwright's greenlets crashes the process."""
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The system, started as `make run` starts it."""
    house = start_house(tmp_path_factory.mktemp("house"))
    yield house
    house.end()


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where all processes of this test run note which pages one of them has inspected."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "looked_at"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def inspector(chromium: Browser, request: pytest.FixtureRequest, looked_at: Path) -> Inspector:
    """Looks at every distinct page of the whole test run once."""
    assert AXE.exists(), "build the styles first: cd frontend && npm ci --ignore-scripts && npm run build"
    album = Path(request.config.getoption("--album")) if request.config.getoption("--album") else None
    if album:
        album.mkdir(parents=True, exist_ok=True)
    return Inspector(chromium, looked_at, album)


@pytest.fixture
def drive(house: House) -> Iterator[Drive]:
    """A case of the demo's applicant, to be driven over HTTP to where the browser takes over."""
    with httpx.Client(base_url=house.address, timeout=30) as http:
        yield Drive(http, lambda *_: None)


@pytest.fixture
def citizen(
    chromium: Browser, house: House, inspector: Inspector, persons: list[Somebody]
) -> Callable[[], Somebody]:
    """A person at a phone without scripts."""

    def come() -> Somebody:
        persons.append(Somebody(chromium, house.address, inspector, scripts=False))
        return persons[-1]

    return come


@pytest.fixture
def staff(
    chromium: Browser, house: House, inspector: Inspector, persons: list[Somebody]
) -> Callable[[str], Somebody]:
    """A logged-in member of the staff at a desk, with scripts."""

    def come(login: str) -> Somebody:
        persons.append(Somebody(chromium, house.address, inspector, scripts=True))
        persons[-1].come_in(login)
        return persons[-1]

    return come


@pytest.fixture
def staff_at_login(
    chromium: Browser, house: House, inspector: Inspector, persons: list[Somebody]
) -> Somebody:
    """Somebody with scripts who has just come to the page to log in."""
    persons.append(Somebody(chromium, house.address, inspector, scripts=True))
    persons[-1].start()
    persons[-1].click("登录")
    return persons[-1]


@pytest.fixture
def persons(inspector: Inspector) -> Iterator[list[Somebody]]:
    """Everybody of this test; at its end they leave, and nothing was wrong with what they saw."""
    came: list[Somebody] = []
    yield came
    for person in came:
        person.leave()
    assert inspector.faults() == []

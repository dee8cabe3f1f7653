"""The roster on its bench, with the invented people of the trial and one more handler to choose."""

from pathlib import Path
from uuid import UUID, uuid5

import pytest

from services.demo import demo_people, seed_demo
from services.roster.app import SERVICE
from shared.contracts.identity import PersonChanged
from tests.rig import Bench, person

DEMO = demo_people()
IDS: dict[str, UUID] = {p["login"]: p["id"] for p in DEMO["people"]}
FIRMS: dict[str, UUID] = {o["path"]: o["id"] for o in DEMO["organisations"]}
CITY = "/demo-city/"
FIRM_A, FIRM_B = "/demo-city/firm-a/", "/demo-city/firm-b/"
NEWCOMER = person("newcomer")


def announced(
    name: str = "贾新来",
    *,
    who: UUID = NEWCOMER,
    active: bool = True,
    role: str = "handler",
    at: str = FIRM_B,
) -> PersonChanged:
    return PersonChanged(
        person_id=who, active=active, roles=[{"role": role, "organisation": at}],
        person={"name": name, "phone": "13800000077"},
    )  # fmt: skip


def form(**changes: str) -> dict[str, str]:
    """The form of a new member, filled in rightly."""
    filled = {
        "who": f"{NEWCOMER}:{FIRMS[FIRM_B]}", "kind": "lawyer", "licensed_on": "2020-05-18",
        "review_passed": "true", "sanctioned_on": "", "entered_on": "2026-09-24", "left_on": "",
    }  # fmt: skip
    return {**filled, **changes}


def message_id(text: str) -> UUID:
    return uuid5(NEWCOMER, text)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    seed_demo(bench.runtime)
    bench.deliver(announced(), job_key=None)
    return bench

"""Every service dies at every named point of a case; in the end all is as after an undisturbed run."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from demo import answers, stories
from demo.drive import Drive
from services.demo import demo_people
from services.system import SERVICES, service
from shared.messaging import crash
from tests.journeys.mortal import Fate, Mortal, traces

EXPLAINED = {
    "result": "reached", "called_at": "14:30", "number_confirmed": True, "spoken_with": "申请人本人",
    "explained": "还在等答复。", "still_doubts": "no",
}  # fmt: skip
DISAGREEMENT = {"ground": "DISAGREEMENT", "statement": "对是否起诉意见不同。"}
REJECTED = {"hearing": "电话听取了双方的意见。", "decision": "reject", "reasons": "意见可以再沟通。"}
STAY = {"reason": "对方当事人死亡。", "document": "中止裁定书"}


def live(folder: Path, fate: Fate | None = None) -> dict[str, list[object]]:
    """A case, its surroundings, and what they leave behind."""
    house = Mortal(folder)
    with crash.watch(house.note), crash.watch(fate or (lambda _: None)):
        surroundings(house)
        drive = house.drive()
        drive.apply()
        stories.decide(drive, answers.GRANT)
        drive.assigned(1)
        house.advance(timedelta(hours=25))
        drive.work(stories.assigned_member(drive, times=2), "respond_to_assignment", answers.ACCEPT)
        aside(drive)
        stories.handle(drive)
        stories.close(drive)
        ends(house, drive)
    assert house.buried() == []
    found = traces(house)
    found["events"] = sorted(event["id"] for event in drive.events)
    house.close()
    return found


def surroundings(house: Mortal) -> None:
    """A draft that nobody submits, and a change in the roster."""
    drive = house.drive()
    stranger, dispatcher = drive.actor("applicant2"), drive.actor("dispatcher")
    version = stranger.get("/intake/api/notice")["version"]
    stranger.post("/intake/api/applications", {"notice_version": version, "confirmed": True})
    member = next(p for p in demo_people()["people"] if p["login"] == "handler4")
    form = {"revision": "1", "kind": "lawyer", "licensed_on": "2018-05-01", "review_passed": "false",
            "entered_on": "2020-01-05"}  # fmt: skip
    dispatcher.post(f"/roster/members/{member['id']}", data=form)
    house.pause()


def aside(drive: Drive) -> None:
    """A doubt is explained, another handler asked for in vain, the case stayed and taken up again."""
    me, today, case = drive.handler(), drive.today.isoformat(), drive.case_id
    applicant = drive.actor("applicant")
    applicant.post(f"/review/api/cases/{case}/doubts", {"question": "还要多久？"})
    drive.work("reviewer", "explain_by_phone", {**EXPLAINED, "called_on": today})
    applicant.post(f"/dispatch/api/cases/{case}/changes", DISAGREEMENT)
    drive.work("dispatcher", "decide_change", REJECTED)
    order = {"file": ("stay.pdf", answers.PDF, "application/pdf")}
    reported = {"since": today, **STAY}
    drive.actor(me).post(f"/handling/api/cases/{case}/suspensions", data=reported, files=order)
    resumed = {"resumed_on": today, "explanation": "继承人参加诉讼。"}
    drive.work(me, "resume_handling", lambda key: {**resumed, "files": drive.upload(me, key, "files")})


def ends(house: Mortal, drive: Drive) -> None:
    """The applicant reads the messages and logs out; the draft runs out, and so does a role."""
    applicant = drive.actor("applicant")
    applicant.post("/notify/messages/read")
    expert = next(p for p in demo_people()["people"] if p["login"] == "expert")
    term = {"role": "assessor", "organisation": expert["organisation"], "ends_on": drive.today.isoformat()}
    drive.actor("administrator").post(f"/identity/people/{expert['id']}/roles", data=term)
    house.advance(timedelta(days=8))
    drive.actor("archivist").post("/identity/logout")
    house.pause()


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    found = live(shutil.copytree(prepared, tmp_path_factory.mktemp("undisturbed") / "system"))
    assert len(found["workflow.history"]) > 200
    assert len(found["events"]) > 50
    return found


def can_come_to(point: str, apps: dict[str, Flask]) -> set[str]:
    """The services that pass the point at all: some write nothing for a browser, some have no clock."""
    if point.startswith("clock."):
        return {name for name in SERVICES if service(name).clocks}
    if point.startswith("web."):
        return {name for name in SERVICES if any(WRITING & (r.methods or set()) for r in rules(apps[name]))}
    return set(SERVICES)


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


AGAIN = {"web.after_commit": 2, "relay.after_publish": 2, "consumer.after_commit": 3}
"""Points where each service dies once more."""
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
ONE_MORE = "identity.login_session"
"""A person whose login was cut off after a commit logs in anew: there is one session more."""


def sessions_of(rows: dict[str, list[object]]) -> Counter[str]:
    """How many sessions each person had; a login begun anew has a session id of its own."""
    return Counter(str(row).rpartition("person_id")[2].split(",")[0] for row in rows[ONE_MORE])


DEATHS = {point: {1, AGAIN.get(point, 1)} for point in crash.POINTS}
"""How often each service comes to a point when it dies there."""


def test_a_death_of_every_service_at_every_point_changes_nothing_in_the_end(
    undisturbed: dict[str, list[object]], prepared: Path, tmp_path: Path, system_apps: dict[str, Flask]
) -> None:
    """One case lives through all of them."""
    fate = Fate(DEATHS)
    found = live(shutil.copytree(prepared, tmp_path / "system"), fate)
    assert fate.died == {point: can_come_to(point, system_apps) for point in DEATHS}
    before, after = sessions_of(undisturbed), sessions_of(found)
    assert before - after == Counter()
    assert (after - before).total() <= sum(map(len, DEATHS.values()))
    different = {name for name, rows in undisturbed.items() if name != ONE_MORE and rows != found[name]}
    assert different == set()

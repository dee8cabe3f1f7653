"""The feed of public events: stored once, in order, readable by programs and people."""

import threading
import time
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from services.notify.app import SERVICE
from services.notify.feed import SETTLING
from services.notify.models import StoredEvent
from services.notify.words import EVENTS
from shared.contracts.intake import CaseRegistered
from shared.contracts.review import CaseGranted
from shared.contracts.workflow import CaseStateChanged, StageEntered
from shared.database import ensure_schema
from shared.messaging.contract import Event, message_classes
from tests.rig import CASE, CENTRE, Bench, person
from tests.services.notify.conftest import NUMBER, accept, registered, rows

API = "/notify/api/events"
PAGE = "/notify/events"
EXAMPLES: dict[str, Any] = {
    "str": "x", "str | None": "x", "bool": True, "UUID": CASE,
    "datetime | None": datetime(2026, 1, 1, tzinfo=UTC),
    "list[str]": ["x"], "list[dict[str, str]]": [{"id": "x", "kind": "y"}],
}  # fmt: skip


def example(cls: type[Event]) -> Event:
    def name(hint: Any) -> str:
        return hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)

    plain = {f.name: name(f.type).replace("uuid.", "").replace("datetime.", "") for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**{key: EXAMPLES[hint] for key, hint in plain.items()})


def stage(name: str, case_id: UUID = CASE) -> StageEntered:
    return StageEntered(case_id=case_id, stage=name)


def feed(bench: Bench, query: str = "", role: str = "integration") -> dict[str, Any]:
    answer = bench.client(role).get(f"{API}?{query}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    return body


def test_every_public_event_is_stored_once_and_has_a_name(bench: Bench) -> None:
    accept(bench)
    known = message_classes(Event)
    for cls in known:
        bench.twice(example(cls))
    stored = [e.type.removeprefix("cn.fayuan.") for e in rows(bench, StoredEvent)]
    assert sorted(stored) == sorted(["dispatch.case_accepted", *(cls.NAME for cls in known)])
    assert set(EVENTS) == {cls.NAME for cls in known}


def test_an_event_is_served_as_the_cloud_event_it_travelled_as(bench: Bench) -> None:
    registered = CaseRegistered(case_id=CASE, number=NUMBER, agency=CENTRE, matter="MAINTENANCE")
    bench.deliver(registered, message_id=person("event"))
    (event,) = feed(bench)["events"]
    assert event["specversion"] == "1.0"
    assert event["id"] == str(person("event"))
    assert event["type"] == "cn.fayuan.intake.case_registered"
    assert (event["source"], event["subject"]) == ("/fayuan/intake", str(CASE))
    assert event["data"] == {
        "case_id": str(CASE), "number": NUMBER, "agency": CENTRE, "matter": "MAINTENANCE",
    }  # fmt: skip
    assert datetime.fromisoformat(event["time"]) == bench.clock.now()
    assert int(event["sequence"]) >= 1


def test_readers_follow_from_position_to_position(bench: Bench) -> None:
    assert feed(bench) == {"events": [], "next": 0}
    for name in ("registration", "review", "dispatch"):
        bench.deliver(stage(name))
    first = feed(bench, "limit=2")
    assert [e["data"]["stage"] for e in first["events"]] == ["registration", "review"]
    assert first["next"] == 2
    second = feed(bench, f"limit=2&after={first['next']}")
    assert [e["data"]["stage"] for e in second["events"]] == ["dispatch"]
    assert feed(bench, f"after={second['next']}") == {"events": [], "next": 3}


def test_the_feed_can_be_narrowed_to_a_type_or_a_case(bench: Bench) -> None:
    other = uuid5(CASE, "other")
    bench.deliver(stage("review"))
    bench.deliver(stage("review", other))
    bench.deliver(CaseGranted(case_id=CASE))
    bench.clock.moment += SETTLING
    for kind in ("review.case_granted", "cn.fayuan.review.case_granted"):
        found = feed(bench, f"type={kind}")
        assert ([e["type"] for e in found["events"]], found["next"]) == (["cn.fayuan.review.case_granted"], 3)
    assert [e["subject"] for e in feed(bench, f"subject={other}")["events"]] == [str(other)]
    assert feed(bench, f"subject={other}&limit=1")["next"] == 2
    assert feed(bench, "type=nothing") == {"events": [], "next": 3}


@pytest.mark.parametrize("role", ["integration", "process_owner", "administrator"])
def test_programs_and_those_who_run_the_system_read_events(bench: Bench, role: str) -> None:
    assert feed(bench, role=role)["next"] == 0
    assert bench.client(role).get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("at", "seen"),
    [("/demo-city/", 1), (CENTRE, 1), (CENTRE + "station/", 0), ("/other-city/", 0), ("/demo/", 0)],
)
def test_events_are_for_those_of_the_cases_organisation(bench: Bench, at: str, seen: int) -> None:
    bench.deliver(stage("review"))
    client = bench.client("integration", "process_owner", at=at)
    found = client.get(API).get_json()
    assert (len(found["events"]), found["next"]) == (seen, 1)
    assert len(client.get(f"{API}?subject={CASE}").get_json()["events"]) == seen
    assert ("没有找到事件" in client.get(PAGE).text) is not bool(seen)


def test_an_event_that_comes_before_the_registration_is_not_missed(bench: Bench) -> None:
    early = uuid5(CASE, "early")
    bench.deliver(stage("review"))
    bench.deliver(stage("registration", early))
    bench.deliver(stage("dispatch"))
    held = feed(bench)
    assert ([e["data"]["stage"] for e in held["events"]], held["next"]) == (["review"], 1)
    bench.deliver(registered(case_id=early), job_key=None)
    found = feed(bench, f"after={held['next']}")
    assert ([e["data"]["stage"] for e in found["events"]], found["next"]) == (["registration", "dispatch"], 3)


def test_an_event_of_a_case_that_is_never_registered_is_everybodys_after_a_while(bench: Bench) -> None:
    bench.deliver(stage("registration", uuid5(CASE, "nobody's")))
    far = bench.client("integration", "process_owner", at="/other-city/")
    bench.clock.moment += SETTLING - timedelta(microseconds=1)
    assert far.get(API).get_json() == {"events": [], "next": 0}
    assert "没有找到事件" in far.get(PAGE).text
    bench.clock.moment += timedelta(microseconds=1)
    assert len(far.get(API).get_json()["events"]) == 1
    assert "没有找到事件" not in far.get(PAGE).text


@pytest.mark.parametrize("role", ["clerk", "applicant", "handler"])
def test_nobody_else_does(bench: Bench, role: str) -> None:
    assert bench.client(role).get(API).status_code == 403
    assert bench.client(role).get(PAGE).status_code == 403
    assert bench.client().get(API).status_code == 401


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "after=99999999999999999999", "limit=0", "limit=501", "wait=-1", "wait=16",
     "wait=nan", "subject=x"],
)  # fmt: skip
def test_a_wrong_query_is_refused(bench: Bench, query: str) -> None:
    answer = bench.client("integration").get(f"{API}?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert set(answer.get_json()["fields"]) == {query.split("=")[0]}


def test_somebody_who_waits_gets_the_event_when_it_comes(bench: Bench) -> None:
    timer = threading.Timer(0.4, lambda: bench.deliver(stage("review")))
    begin = time.monotonic()
    timer.start()
    found = feed(bench, "wait=10&limit=500")
    timer.join()
    assert [e["data"]["stage"] for e in found["events"]] == ["review"]
    assert 0.3 < time.monotonic() - begin < 5


def test_waiting_ends(bench: Bench) -> None:
    begin = time.monotonic()
    assert feed(bench, "wait=0.5")["events"] == []
    assert 0.5 <= time.monotonic() - begin < 3


def test_those_who_wait_never_use_up_the_threads(bench: Bench) -> None:
    waiting = [threading.Thread(target=feed, args=(bench, "wait=2")) for _ in range(2)]
    for thread in waiting:
        thread.start()
    time.sleep(0.5)
    begin = time.monotonic()
    assert feed(bench, "wait=2")["events"] == []
    assert time.monotonic() - begin < 1
    for thread in waiting:
        thread.join()


def test_people_read_the_newest_first(bench: Bench) -> None:
    for number in range(31):
        bench.deliver(stage(f"stage-{number}-"))
    bench.deliver(CaseStateChanged(case_id=CASE, before=None, after="SUBMITTED"))
    client = bench.client("process_owner")
    first = client.get(PAGE).text
    assert first.index("案件状态变化", first.index("<table")) < first.index("stage-30-")
    assert "stage-1-" not in first
    assert "before=3" in first
    assert "stage-1-" in client.get(f"{PAGE}?before=3").text
    only = client.get(f"{PAGE}?type=workflow.case_state_changed&subject={CASE}").text
    assert "已提交" in only
    assert "stage-30-" not in only
    assert "没有找到事件" in client.get(f"{PAGE}?type=review.case_refused").text


def test_positions_have_no_gap_and_appear_in_order_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    ensure_schema(engine, "notify")
    engine.dispose()
    bench = Bench(SERVICE, tmp_path, database_url=postgres_url)
    bench.deliver(registered(), job_key=None)
    workers = [Bench.beside(bench) for _ in range(4)]
    seen: list[int] = []

    def work(number: int) -> None:
        for step in range(20):
            workers[number].deliver(stage(f"{number}.{step}"), message_id=uuid5(CASE, f"{number}.{step}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    after = 0
    while (len(seen) < 80 and any(t.is_alive() for t in threads)) or after < 80:
        found = feed(bench, f"after={after}")
        seen += range(after + 1, after + 1 + len(found["events"]))
        after = found["next"]
    for thread in threads:
        thread.join()
    stages = [e.document["data"]["stage"] for e in rows(bench, StoredEvent)]
    for each in (bench, *workers):
        each.runtime.close()
    assert seen == list(range(1, 81))
    assert len(set(stages)) == 80

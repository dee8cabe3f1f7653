"""A process may die at any named point: after a restart, all is as after an undisturbed run."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.messaging import crash
from shared.messaging.envelope import from_wire
from shared.messaging.tables import MECHANISM, inbox, outbox, stream
from shared.secrecy import Keyring
from shared.service import Runtime
from shared.settings import Settings
from shared.worker import Worker
from tests.shared.messaging.depot import (
    NOON,
    ORDERING,
    ROOT,
    ParcelSeen,
    depot,
    office,
    parcel,
    receipt,
    restart,
    rows,
    start,
    wish,
)
from tests.shared.messaging.rigs import DatabaseRig, RabbitRig, Rig

PARCELS = 2
POINTS = [
    *(f"office.{point}" for point in crash.POINTS if not point.startswith("web.")),
    *(f"depot.{point}" for point in crash.POINTS if point.startswith(("relay.", "consumer."))),
]


class Died(BaseException):
    """The process is gone: nothing catches this."""


class Ground:
    """Where the two services live: their databases, and the transport between them."""

    def __init__(self, settings: Settings, rig: Rig) -> None:
        self.settings = settings
        self.rig = rig
        self.office, self.depot = (start(service, settings) for service in (office(), depot()))
        self.sides = (self.office, self.depot)
        self.bound = False

    def clear(self) -> None:
        """Empty everything; then the office wishes for some parcels."""
        for runtime in self.sides:
            with runtime.transaction() as work:
                for table in (*MECHANISM.sorted_tables, *runtime.service.metadata.sorted_tables):
                    work.session.execute(sa.delete(table))
        with self.office.transaction() as work:
            wishes = [{"weight": number, "ordered": False} for number in range(PARCELS)]
            work.session.execute(sa.insert(wish), wishes)

    def let_leases_end(self) -> None:
        """What the operating system does after a death, and then the passing of time."""
        for runtime in self.sides:
            with runtime.transaction() as work:
                work.session.execute(sa.update(stream).values(leased_until=None))
        self.rig.let_leases_end()

    def traces(self) -> dict[str, Sequence[object]]:
        """What the two services hold in the end, times left out."""
        sent = [(runtime, row) for runtime in self.sides for row in rows(runtime, outbox)]
        messages = [from_wire(row.wire, runtime.keys) for runtime, row in sent]
        return {
            "parcels": [(row.id, row.weight, row.sender) for row in rows(self.depot, parcel)],
            "receipts": [row.parcel for row in rows(self.office, receipt)],
            "events": sorted(str(each.id) for each in messages if each.name == ParcelSeen.NAME),
            "messages": sorted(str(replace(each, time=NOON, cause=None)) for each in messages),
            "inboxes": [[row.message_id for row in rows(runtime, inbox)] for runtime in self.sides],
            "unsent": [row.id for _, row in sent if row.sent_at is None],
            "open cases": [row.subject for r in self.sides for row in rows(r, stream) if row.pending],
        }

    def close(self) -> None:
        """Let go of everything."""
        for runtime in self.sides:
            runtime.close()
        self.rig.clean()


@pytest.fixture(params=["sqlite", pytest.param("postgresql and rabbit", marks=pytest.mark.servers)])
def ground(
    request: pytest.FixtureRequest, tmp_path: Path, keys_dir: Path, queue_prefix: str
) -> Iterator[Ground]:
    url, keys = f"sqlite:///{tmp_path}/{{service}}.db", Keyring.load(keys_dir)
    rig: Rig = DatabaseRig(f"sqlite:///{tmp_path}/messages.db", keys, queue_prefix)
    if request.param != "sqlite":
        url = request.getfixturevalue("postgres_url")
        rig = RabbitRig(request.getfixturevalue("rabbit_url"), keys, queue_prefix)
    settings = Settings(
        environment="test", database_url=url, keys_dir=keys_dir, workflows_dir=ROOT / "workflows"
    )
    made = Ground(settings, rig)
    yield made
    made.close()


def live(ground: Ground) -> None:
    """Both processes, from their start to rest or death."""
    transport = ground.rig.connect()
    runtimes: list[Runtime] = [restart(s, ground.settings) for s in (office(ORDERING), depot())]
    workers = [Worker(runtime, transport) for runtime in runtimes]
    try:
        for worker in workers if not ground.bound else ():
            worker.bind()
        ground.bound = True
        quiet = 0
        while quiet < ground.rig.QUIET_TURNS:
            busy = [worker.step(ground.rig.ON_THE_WAY_SECONDS) for worker in workers]
            quiet = 0 if any(busy) else quiet + 1
    finally:
        for runtime in runtimes:
            runtime.close()
        ground.let_leases_end()


def live_and_die(ground: Ground, deaths: Mapping[str, int]) -> set[str]:
    """Die at each point when it is reached for that time, and live on again; where it died."""
    reached: Counter[str] = Counter()
    died: set[str] = set()

    def die(at: str) -> None:
        reached[at] += 1
        if reached[at] == deaths.get(at):
            died.add(at)
            raise Died

    with crash.watch(die):
        for _ in range(len(deaths) + 1):
            with suppress(Died):
                live(ground)
    return died


def strings(ground: Ground, reached: Mapping[str, int]) -> list[dict[str, int]]:
    """Where to die between two states at rest: once each time a point is reached, or where that takes long,
    everywhere in turn.
    """
    if isinstance(ground.rig, DatabaseRig):
        return [{point: count + 1} for point in POINTS for count in range(reached[point])]
    return [dict.fromkeys(POINTS, count) for count in range(1, PARCELS + 1)]


def test_a_death_at_any_point_changes_nothing_in_the_end(ground: Ground) -> None:
    reached: Counter[str] = Counter()
    ground.clear()
    with crash.watch(lambda at: reached.update([at])):
        live(ground)
    assert all(reached[point] for point in POINTS)
    undisturbed = ground.traces()
    assert [len(undisturbed[kind]) for kind in ("parcels", "receipts", "events")] == [PARCELS] * 3
    assert undisturbed["unsent"] == undisturbed["open cases"] == []
    for deaths in strings(ground, reached):
        ground.clear()
        assert live_and_die(ground, deaths) == set(deaths), f"not all was reached of {deaths}"
        assert ground.traces() == undisturbed, f"after {deaths}"

"""Messages that were put aside: seen and delivered once more from the command line."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from services import buried
from services.__main__ import main
from services.system import SERVICES
from shared.contracts.review import NoteDeadline
from shared.messaging.contract import dump
from shared.messaging.envelope import Envelope, from_wire
from shared.messaging.transport import Transport
from shared.secrecy import Keyring
from shared.settings import Settings
from tests.rig import CASE, START, changed, settings_in
from tests.shared.messaging.rigs import DatabaseRig, RabbitRig

WAIT = 5.0
DUE = datetime(2026, 10, 1, tzinfo=UTC)
Rig = DatabaseRig | RabbitRig
Aside = Callable[..., UUID]


@pytest.fixture(params=["database", pytest.param("rabbit", marks=pytest.mark.servers)])
def rig(request: pytest.FixtureRequest, tmp_path: Path, queue_prefix: str) -> Iterator[Rig]:
    """Each kind of transport in turn, beside the settings that name it."""
    keys = Keyring.load(settings_in(tmp_path).keys_dir)
    if request.param == "rabbit":
        yield from _cleaned(RabbitRig(request.getfixturevalue("rabbit_url"), keys, queue_prefix, SERVICES))
    else:
        yield from _cleaned(DatabaseRig(f"sqlite:///{tmp_path}/messages.db", keys, queue_prefix))


def _cleaned(rig: Rig) -> Iterator[Rig]:
    yield rig
    rig.clean()


@pytest.fixture
def settings(rig: Rig, tmp_path: Path) -> Settings:
    """The settings of a system on this transport."""
    return changed(settings_in(tmp_path), transport_url=rig.url, queue_prefix=rig.prefix)


@pytest.fixture
def put_aside(rig: Rig) -> Aside:
    """Puts a command aside from the queue of a service."""

    def put(queue: str, reason: str) -> UUID:
        transport = rig.connect()
        identifier = uuid5(NAMESPACE_URL, f"{queue} {reason}")
        transport.bind(queue, [NoteDeadline.NAME])
        transport.publish(_command(identifier))
        _take(transport, queue).bury(reason)
        transport.bind(queue, [])
        transport.close()
        return identifier

    return put


def _command(identifier: UUID) -> Envelope:
    body = dump(NoteDeadline(case_id=CASE, mark="warn_50", due=DUE))
    return Envelope(
        id=identifier, name=NoteDeadline.NAME, source="workflow", subject=str(CASE), sequence=1, cause=None,
        job_key="7", time=START, body=body,
    )  # fmt: skip


def _take(transport: Transport, queue: str):
    delivery = transport.receive(queue, WAIT)
    assert delivery is not None, f"nothing came to {queue}"
    return delivery


def test_nothing_aside_is_said(settings, capsys):
    assert buried.look(settings, SERVICES) == 0
    assert capsys.readouterr().out == "没有搁置的消息 / no message was put aside\n"


def test_what_is_aside_is_listed_by_service_without_its_content(settings, put_aside, capsys):
    first = put_aside("review", "KeyError in handlers.py:8")
    second = put_aside("notify", "its fields do not fit the contract")
    for _ in range(2):  # looking takes nothing away
        assert buried.look(settings, SERVICES) == 0
        assert capsys.readouterr().out.splitlines() == [
            "review: 1",
            f"  review.note_deadline  {first}  KeyError in handlers.py:8",
            "notify: 1",
            f"  review.note_deadline  {second}  its fields do not fit the contract",
        ]


def test_a_replay_delivers_what_one_service_put_aside(settings, put_aside, rig, capsys):
    again, other = put_aside("review", "mended"), put_aside("notify", "broken")
    assert buried.look(settings, SERVICES, replay="review") == 0
    assert "review: 重新投递 1 条" in capsys.readouterr().out
    transport = rig.connect()
    delivery = _take(transport, "review")
    assert (from_wire(delivery.wire, rig.keys).id, delivery.attempt) == (again, 1)
    delivery.ack()
    assert [b.message_id for b in transport.buried("notify")] == [str(other)]


@pytest.mark.parametrize(
    ("wire", "said"),
    [("not json", "?  ?  "), ('{"name": "\\u001b[2Jx", "id": "\\n"}', r"'\x1b[2Jx'  '\n'  ")],
    ids=["unreadable", "control characters"],
)
def test_strange_messages_reach_the_terminal_harmless(settings, rig, capsys, wire, said):
    transport = rig.connect()
    transport.bind("review", [])
    rig.inject("review", wire)
    _take(transport, "review").bury("not a message of ours")
    transport.close()
    buried.look(settings, SERVICES)
    assert capsys.readouterr().out == f"review: 1\n  {said}not a message of ours\n"


def test_a_broker_out_of_reach_is_said(tmp_path, capsys):
    away = changed(settings_in(tmp_path), transport_url="amqp://127.0.0.1:1/?connection_attempts=1")
    assert buried.look(away, SERVICES) == 1
    assert "消息系统连接不上" in capsys.readouterr().out


def test_the_command_line_lists_and_replays(tmp_path, monkeypatch, capsys):
    here = settings_in(tmp_path)
    monkeypatch.setenv("KEYS_DIR", str(here.keys_dir))
    monkeypatch.setenv("TRANSPORT_URL", here.transport_url)
    assert main(["buried"]) == 0
    assert main(["buried", "--replay", "notify"]) == 0
    assert "notify: 重新投递 0 条" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["run", "--replay", "review"], ["buried", "--replay", "nobody"]])
def test_a_replay_without_sense_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert "replay" in capsys.readouterr().err

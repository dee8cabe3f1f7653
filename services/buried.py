"""Messages that were put aside because nobody could act on them: listed, and delivered once more."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from shared.messaging.transport import Buried, Transport, TransportDown, transport_from
from shared.secrecy import Keyring
from shared.settings import Settings

_LONGEST = 100


def look(settings: Settings, services: Iterable[str], replay: str | None = None) -> int:
    """List what lies in the buried queues, or deliver again what one service put aside; 1 when the broker
    cannot be reached."""
    try:
        transport = transport_from(
            settings.transport_url, Keyring.load(settings.keys_dir), settings.queue_prefix
        )
        try:
            return _list(transport, services) if replay is None else _replay(transport, replay)
        finally:
            transport.close()
    except TransportDown as error:
        _say(f"消息系统连接不上 / messages cannot be reached: {error}")
        return 1


def _list(transport: Transport, services: Iterable[str]) -> int:
    aside = {name: transport.buried(name) for name in services}
    for name, messages in aside.items():
        if messages:
            _say(f"{name}: {len(messages)}")
            for message in messages:
                _say(f"  {_line(message)}")
    if not any(aside.values()):
        _say("没有搁置的消息 / no message was put aside")
    return 0


def _replay(transport: Transport, name: str) -> int:
    _say(f"{name}: 重新投递 {transport.replay(name)} 条 / delivered again")
    return 0


def _line(message: Buried) -> str:
    return f"{_harmless(message.name)}  {_harmless(message.message_id)}  {message.reason}"


def _harmless(claimed: str) -> str:
    """A strange message may claim any name: its control characters must not reach the terminal."""
    return (claimed if claimed.isprintable() else ascii(claimed))[:_LONGEST] or "?"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")

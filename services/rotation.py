"""The field keys of a running system: a new one seals, everything is sealed anew, old ones go for good.

`python -m services rotate-keys` may be killed at any moment and run again; `retire-keys` forgets a key only
when nothing names it any more and its period is over. See docs/adr/0014-keys-that-rotate.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from services.system import SERVICES, service
from shared import field_keys
from shared.clock import SHANGHAI
from shared.database import engine_for
from shared.field_keys import KeyInUse, add_key, alone, finish, read_keys, retire_key, seal_with
from shared.messaging.tables import MECHANISM
from shared.messaging.transport import TransportDown, transport_from
from shared.reindexing import index_keys_named, reindex
from shared.resealing import Table, keys_named, reseal, sealed_tables
from shared.service import Runtime
from shared.settings import Settings
from shared.web.tokens import retire_signing_keys, rotate_signing_key

KEPT = timedelta(days=7)
"""How long an old key stays readable: longer than any message waits in a queue, or a transaction lasts."""
_ROUNDS = 30
_PAUSE_SECONDS = 1.0
_TOLD = 1000  # rows between two lines of progress


def rotate(settings: Settings, now: datetime, pause: Callable[[float], None] = time.sleep) -> int:
    """Make a new key, or go on where an earlier run was ended; 1 when something is left for another run."""
    folder = settings.keys_dir
    try:
        with alone(folder):
            if read_keys(folder).unfinished:
                _say("上一次轮换没有完成，继续 / going on with the last rotation")
            else:
                kid = add_key(folder)
                pause(
                    2 * field_keys.LOOK_SECONDS
                )  # by then every process can open and find what it seals
                seal_with(folder, kid, now)
                pause(2 * field_keys.LOOK_SECONDS)  # by then nobody seals with another
            _say(f"新数据用密钥 {read_keys(folder).newest} / new data is sealed with it")
            left = _renew_all(settings, pause)
            if not left:
                finish(folder)
    except BlockingIOError:
        _say("另一个轮换正在进行 / the keys are being changed by somebody else")
        return 1
    _say(f"还有 {left} 行没有换成新密钥，请再运行一次 / rows left" if left else "已全部换成新密钥 / all done")
    return 1 if left else 0


def retire(settings: Settings, now: datetime) -> int:
    """Forget the old keys that nothing names; 1 when one has to stay."""
    folder, stay = settings.keys_dir, 0
    with alone(folder):
        if withdrawn := retire_signing_keys(folder, now):
            _say(f"已撤回 {withdrawn} 把签名密钥 / signing keys withdrawn")
        for kid in read_keys(folder).old:
            try:
                _refuse_named(kid, settings)
                retire_key(folder, kid, now, KEPT)
                _say(f"{kid}: 已销毁 / retired")
            except (KeyInUse, TransportDown) as reason:
                _say(f"{kid}: 保留 / stays: {reason}")
                stay = 1
    return stay


def rotate_signing(settings: Settings, now: datetime) -> int:
    """Publish a new key for tokens, which takes over by itself a little later."""
    with alone(settings.keys_dir):
        start = rotate_signing_key(settings.keys_dir, now)
    _say(f"新签名密钥已公布，{start.astimezone(SHANGHAI):%H:%M} 起使用 / published, signs from then on")
    return 0


def named(settings: Settings) -> Counter[tuple[str, str]]:
    """How many values at rest name a key, by (where, key id): columns, files, indexes, buried messages."""
    found: Counter[tuple[str, str]] = Counter()
    for name in SERVICES:
        with _runtime(name, settings) as here:
            counts = {f"{name}.{t.name}": keys_named(here.engine, t) for t in _tables(here)}
            for each in here.service.indexes:
                counts[f"{name}.{each.entity.__tablename__} index"] = index_keys_named(here, each)
            counts[f"{name} files"] = here.files.keys_named()
        found.update({(where, kid): n for where, of in counts.items() for kid, n in of.items()})
    found.update({("buried messages", kid): n for kid, n in _buried(settings).items()})
    return found


def _renew_all(settings: Settings, pause: Callable[[float], None]) -> int:
    """Round after round until a round finds nothing: writers may have sealed with the old key meanwhile."""
    for _ in range(_ROUNDS):
        counted = [_renew(name, settings) for name in SERVICES]
        left, changed = sum(c[0] for c in counted), sum(c[1] for c in counted)
        if not left and not changed:
            return 0
        if left:
            pause(_PAUSE_SECONDS)
    return left


def _renew(name: str, settings: Settings) -> tuple[int, int]:
    """Rows left and things changed in one service."""
    with _runtime(name, settings) as here:
        progress = _Progress(name)
        left = sum(reseal(here.engine, table, here.keys, progress.of(table.name)) for table in _tables(here))
        own = [each for each in here.service.indexes if each.anew is not None]
        left += sum(reindex(here, each, progress.of("index")) for each in own)
        here.files.reseal(progress.of("files"))
    return left, progress.end()


class _Progress:
    """What a service has done so far, told every thousand."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._counted: Counter[str] = Counter()

    def of(self, what: str) -> Callable[[int], None]:
        """What is to be told how many more are done."""

        def count(more: int) -> None:
            before = self._counted[what] // _TOLD
            self._counted[what] += more
            if self._counted[what] // _TOLD > before:
                _say(f"  {self._name} {what}: {self._counted[what]} …")

        return count

    def end(self) -> int:
        """Tell the sums; how many in all."""
        for what, count in self._counted.items():
            if count:
                _say(f"  {self._name} {what}: {count}")
        return self._counted.total()


@contextmanager
def _runtime(name: str, settings: Settings) -> Iterator[Runtime]:
    """One that waits for long statements, as a big table may need."""
    with closing(Runtime(service(name), settings)) as runtime:
        runtime.engine.dispose()
        runtime.engine = engine_for(settings.database_of(name), name, patient=True)
        yield runtime


def _tables(runtime: Runtime) -> list[Table]:
    return sealed_tables(runtime.service.metadata, MECHANISM)


def _refuse_named(kid: str, settings: Settings) -> None:
    where = {place: count for (place, key), count in named(settings).items() if key == kid}
    if where:
        raise KeyInUse(", ".join(f"{place} {count}" for place, count in sorted(where.items())))


def _buried(settings: Settings) -> Counter[str]:
    with _runtime(SERVICES[0], settings) as here:
        transport = transport_from(settings.transport_url, here.keys, settings.queue_prefix)
    with closing(transport):
        return Counter(kid for name in SERVICES for each in transport.buried(name) for kid in each.keys)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()

"""An invented service whose every transaction says a public event, as a web process would.

`python -m bench.announcer <events per second> <seconds>` commits at that rate; its worker is
`python -m shared.worker bench.announcer`. Settings come from the environment.
"""

import sys
import threading
import time
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa

from shared.messaging.contract import Event
from shared.service import Runtime, Service, new_seed
from shared.settings import Settings

_WRITERS = 4


@dataclass(frozen=True, kw_only=True)
class Announced(Event):
    """Something happened in a case; `at` is the machine's monotonic nanosecond just before the commit."""

    NAME: ClassVar[str] = "announcer.announced"
    case_id: UUID
    at: int


SERVICE = Service(name="announcer", metadata=sa.MetaData(), handlers={})


def _write(runtime: Runtime, began: float, turns: range, rate: float) -> None:
    for turn in turns:
        time.sleep(max(0.0, began + turn / rate - time.monotonic()))
        with runtime.transaction() as work:
            work.emit(Announced(case_id=new_seed(), at=time.monotonic_ns()))


def main(rate: float, seconds: float) -> None:
    """Commit at the rate, each time in another case, whether or not earlier events have been sent."""
    runtime = Runtime(SERVICE, Settings.from_env())
    began = time.monotonic()
    count = int(rate * seconds)
    writers = [
        threading.Thread(target=_write, args=(runtime, began, range(mine, count, _WRITERS), rate))
        for mine in range(_WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    runtime.close()


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))

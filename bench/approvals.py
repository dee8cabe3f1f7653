"""One run of many approvals over HTTP, of which several figures are read: started, then worked off."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from bench.clients import drive, post, web
from bench.house import CENTRE, House, house
from bench.measuring import percentile
from bench.models import ANSWERS, APPROVAL, FORM
from services.workflow.models import Instance, Task
from services.workflow.models.instances import ACTIVE
from services.workflow.models.tasks import CREATED
from shared.service import new_seed

SIZE = 1500
_WARM_UP = 160


@dataclass(frozen=True)
class Run:
    """Instances started and tasks completed per second, and the 99th percentile of a completion in ms."""

    starts: float
    completions: float
    latency: float


@cache
def run(size: int = SIZE, workers: int = 2) -> Run:
    """Start so many approvals and complete both tasks of each; measured once for all figures."""
    with house(APPROVAL, FORM) as opened:
        token = opened.token("process_owner", "reviewer")
        opened.runtime.engine.dispose()
        with web(opened.settings, workers) as address:
            _start(address, token, min(size, _WARM_UP))
            _complete(opened, address, token)
            taken = _start(address, token, size)
            seconds, latencies = _complete(opened, address, token)
        _check(opened)
    return Run(size / taken, len(latencies) / seconds, percentile(latencies, 99) * 1000)


def _start(address: Path, token: str, count: int) -> float:
    bodies = (
        {
            "processDefinitionId": "approval",
            "businessId": str(new_seed()),
            "variables": {"agency": CENTRE, "income": 1800, "matter": "欠薪"},
        }
        for _ in range(count)
    )
    return drive(address, [post("/v2/process-instances", token, body) for body in bodies])[0]


def _complete(opened: House, address: Path, token: str) -> tuple[float, list[float]]:
    """Complete the open tasks and those that follow them."""
    seconds, latencies = 0.0, []
    while keys := _open_tasks(opened):
        paths = [f"/v2/user-tasks/{key}/completion" for key in keys]
        more, each = drive(address, [post(path, token, {"variables": ANSWERS}) for path in paths])
        seconds += more
        latencies += each
    return seconds, latencies


def _open_tasks(opened: House) -> list[int]:
    with opened.runtime.reading() as session:
        return list(session.scalars(sa.select(Task.key).where(Task.status == CREATED).order_by(Task.key)))


def _check(opened: House) -> None:
    with opened.runtime.reading() as session:
        left = session.scalar(sa.select(sa.func.count()).where(Instance.status == ACTIVE))
    if left:
        raise RuntimeError(f"{left} processes did not end")

"""The inbox of somebody at the door of a very busy house."""

import time
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from bench.house import House
from bench.measuring import Figure, percentile
from bench.open_tasks import CENTRES, CITIES, ROLES, open_tasks
from shared.service import new_seed
from shared.web.tokens import Signer

_TASKS = 1_000_000
_SEARCHES = 60
_PAGE = 50


def _measure() -> float:
    with open_tasks(_TASKS) as opened:
        return search_time(opened, _SEARCHES)


def search_time(opened: House, searches: int) -> float:
    """The 95th percentile of a search in ms: first pages and those that follow, of persons at centres and
    of persons who hold a role for a whole city or province."""
    client = opened.app().test_client()
    for number in range(5):
        _pages(client, _token(opened, number))
    taken = [ms for number in range(searches) for ms in _pages(client, _token(opened, number))]
    return percentile(taken, 95)


def _pages(client: FlaskClient, token: str) -> list[float]:
    """Milliseconds of the first page and of the one after it."""
    page: dict[str, Any] = {"limit": _PAGE}
    taken = []
    for _ in range(2):
        body = {"filter": {"state": "CREATED"}, "sort": [{"field": "dueDate"}], "page": page}
        began = time.perf_counter()
        answer = client.post("/v2/user-tasks/search", json=body, headers={"Authorization": f"Bearer {token}"})
        taken.append((time.perf_counter() - began) * 1000)
        found = answer.get_json()
        if answer.status_code != 200 or not found["items"]:
            raise RuntimeError(f"the search answered {answer.status_code}")
        if not found["page"]["hasMoreTotalItems"] and len(found["items"]) < _PAGE:
            break
        page = {"limit": _PAGE, "after": found["page"]["endCursor"]}
    return taken


def _token(opened: House, number: int) -> str:
    city = f"/province/city{number % CITIES}/"
    place = ("/province/", city, f"{city}centre{number % CENTRES}/")[min(number % 10, 2)]
    roles = [{"role": f"role{(number + n) % ROLES}", "organisation": place} for n in range(2)]
    who = {"sub": str(new_seed()), "sid": str(new_seed()), "name": "测试员", "csrf": "", "roles": roles}
    return Signer(opened.settings.keys_dir).sign(who, timedelta(hours=1))


FIGURE = Figure(
    "task-search",
    f"95th percentile of `/v2/user-tasks/search` through the WSGI app with {_TASKS:,} open tasks: of two "
    f"roles at one's organisation, by due date, pages of {_PAGE}, first and second; one person in ten holds "
    "their roles for the whole province and one in ten for a city, the others for one centre",
    20,
    "ms",
    _measure,
)

"""Tokens are checked offline; yet an ended session and changed roles count in every process at once."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from demo.people_of import Actor
from deploy import nginx
from tests.journeys.conftest import Deployed
from tests.journeys.crowd import crowded, statuses
from tests.servers import eventually

AT_ONCE_SECONDS = 15
"""A message's way on a busy machine, and asking eighteen processes; a token would count for minutes."""
WELL, REFUSED = {200, 404}, {401}
ROLE = {"role": "process_owner", "organisation": "/demo-city/"}


@pytest.fixture
def crowd(deployed: Deployed) -> Iterator[dict[str, list[int]]]:
    """Two processes of every service."""
    with crowded(deployed.stack) as found:
        yield found


def claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))))


@pytest.fixture
def with_role(deployed: Deployed) -> str:
    """Somebody who holds one role more than usual; their id."""
    person = Actor(deployed.http, "administrator2").id
    Actor(deployed.http, "administrator").post(f"/identity/people/{person}/roles", data=ROLE)
    return person


@pytest.mark.clause("S0-10.1.1")
def test_ended_sessions_and_changed_roles_count_in_every_process(
    deployed: Deployed, crowd: dict[str, list[int]], with_role: str
) -> None:
    """Every process of every service has seen both tokens before, and keeps what they say."""
    administrator, place = Actor(deployed.http, "administrator"), f"/identity/people/{with_role}"
    tokens = [Actor(deployed.http, "administrator2").token for _ in range(2)]
    assert min(map(len, crowd.values())) >= 2
    assert set(crowd) == set(nginx.services())
    assert statuses(deployed.stack, crowd, tokens) == [WELL, WELL]

    def becomes(first: set[int], second: set[int]) -> bool:
        return eventually(lambda: statuses(deployed.stack, crowd, tokens) == [first, second], AT_ONCE_SECONDS)

    administrator.post(f"{place}/sessions/end", data={"id": claims(tokens[0])["sid"]})
    assert becomes(REFUSED, WELL)
    assert ROLE in claims(tokens[1])["roles"]
    grant = grant_of(deployed.http.get(place, headers=administrator.headers).text)
    administrator.post(f"{place}/roles/revoke", data={"id": grant})
    assert becomes(REFUSED, REFUSED)
    assert ROLE not in claims(Actor(deployed.http, "administrator2").token)["roles"]


def grant_of(page: str) -> str:
    """The id of the role that can be revoked, from the page of the person."""
    row = next(row for row in page.split("<tr") if "流程管理员" in row and "roles/revoke" in row)
    found = re.search(r'name="id" value="([^"]+)"', row)
    assert found is not None
    return found[1]

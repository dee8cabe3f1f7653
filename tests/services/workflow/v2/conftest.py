"""A client nobody of this house wrote, talking to the service over WSGI."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk import CamundaAsyncClient, CamundaClient

from tests.rig import CENTRE
from tests.services.workflow.house import House
from tests.services.workflow.v2.document_for_tests import watch


@pytest.fixture
def house(house: House) -> House:
    """The house, whose answers are held against the document."""
    watch(house.app)
    return house


class Bearer:
    """Hands the client our token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


class Waiting(httpx.AsyncBaseTransport):
    """The same app for clients that wait: it answers at once."""

    def __init__(self, app: Any) -> None:
        self._now = httpx.WSGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        again = httpx.Request(request.method, request.url, headers=request.headers, content=content)
        answer = self._now.handle_request(again)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.read())


@pytest.fixture
def waiting_sdk(house: House) -> Callable[..., CamundaAsyncClient]:
    """The client that waits (async), of a person with these roles."""

    def client(*roles: str, at: str = CENTRE, who: Any = "owner") -> CamundaAsyncClient:
        return CamundaAsyncClient(
            configuration={"CAMUNDA_REST_ADDRESS": "http://fayuan.test"},
            auth_provider=Bearer(house.token(*roles, at=at, who=who)),
            httpx_args={"transport": Waiting(house.app)},
        )

    return client


@pytest.fixture
def sdk(house: House) -> Callable[..., CamundaClient]:
    """The client of a person with these roles."""

    def client(*roles: str, at: str = CENTRE, who: Any = "owner") -> CamundaClient:
        return CamundaClient(
            configuration={"CAMUNDA_REST_ADDRESS": "http://fayuan.test"},
            auth_provider=Bearer(house.token(*roles, at=at, who=who)),
            httpx_args={"transport": httpx.WSGITransport(app=house.app)},
        )

    return client

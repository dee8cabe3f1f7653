"""Foreign clients log in by themselves, with nothing but the settings their documentation names."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk import CamundaAsyncClient, CamundaClient
from camunda_orchestration_sdk.runtime.configuration_resolver import CamundaSdkConfigPartial

from services.demo import demo_people, seed_demo
from services.identity.app import SERVICE as IDENTITY
from tests.rig import Bench
from tests.services.workflow.house import House
from tests.services.workflow.v2.conftest import Waiting
from tests.services.workflow.v2.models_for_tests import WAITS, by_id
from tests.services.workflow.v2.waiting import awaited

PROGRAM = demo_people()["clients"][0]
SETTINGS: CamundaSdkConfigPartial = {
    "CAMUNDA_REST_ADDRESS": "http://fayuan.test",
    "CAMUNDA_OAUTH_URL": "http://fayuan.test/identity/oauth/token",
    "CAMUNDA_CLIENT_ID": PROGRAM["client_id"],
    "CAMUNDA_CLIENT_SECRET": PROGRAM["secret"],
}


@pytest.fixture
def origin(house: House, tmp_path: Path) -> Any:
    """Identity and workflow behind one address, as people reach them."""
    identity = Bench(IDENTITY, tmp_path)
    seed_demo(identity.runtime)
    yield _one_origin(house.app, identity.app)
    identity.runtime.close()


def _one_origin(workflow: Any, identity: Any) -> Any:
    def by_path(environ: Any, start: Any) -> Any:
        return (identity if environ["PATH_INFO"].startswith("/identity/") else workflow)(environ, start)

    return by_path


def test_the_client_gets_its_token_from_our_settings(origin: Any, house: House) -> None:
    house.deploy(WAITS)
    client = CamundaClient(configuration=SETTINGS, httpx_args={"transport": httpx.WSGITransport(app=origin)})
    assert client.get_topology().cluster_size == 1
    made = client.create_process_instance(data=by_id(variables={"case_id": "k"}))
    assert house.instance().key == int(made.process_instance_key)


def test_the_waiting_client_too(origin: Any) -> None:
    async def ask() -> int:
        async with CamundaAsyncClient(
            configuration=SETTINGS, httpx_args={"transport": Waiting(origin)}
        ) as client:
            return (await client.get_topology()).cluster_size

    assert awaited(ask()) == 1


def test_a_wrong_secret_opens_nothing(origin: Any) -> None:
    wrong: CamundaSdkConfigPartial = {**SETTINGS, "CAMUNDA_CLIENT_SECRET": "guess"}
    client = CamundaClient(configuration=wrong, httpx_args={"transport": httpx.WSGITransport(app=origin)})
    with pytest.raises(httpx.HTTPStatusError) as refused:
        client.get_topology()
    assert refused.value.response.json() == {"error": "invalid_client"}

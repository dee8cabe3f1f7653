"""For programs: keys and tokens."""

from base64 import b64encode
from datetime import timedelta

import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import KeySet

from services.identity.models import ApiClient
from services.identity.programs.clients import close_client
from shared.clock import SystemClock
from shared.contracts.identity import RolesChanged
from tests.rig import Bench
from tests.services.identity.conftest import DEMO, logged_in, token_of

TOKEN = "/identity/oauth/token"
CLIENT = DEMO["clients"][0]
SHOWN = {"client_id": CLIENT["client_id"], "client_secret": CLIENT["secret"]}


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


def test_anybody_can_verify_tokens_with_the_published_keys(bench: Bench) -> None:
    answer = bench.client().get("/identity/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    body = answer.get_json()
    assert "d" not in body["keys"][0]
    token = token_of(logged_in(bench, "clerk"))
    assert jwt.decode(token, KeySet.import_key_set(body), algorithms=["Ed25519"]).claims["name"] == "贾受理"


def test_a_program_gets_a_bearer_token(bench: Bench) -> None:
    answer = bench.client().post(TOKEN, data={"grant_type": "client_credentials", "audience": "x", **SHOWN})
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    bench_client = bench.client()
    bench_client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {body['access_token']}"
    assert bench_client.get("/identity/people").status_code == 403


def test_basic_authentication_works_too(bench: Bench) -> None:
    answer = bench.client().post(
        TOKEN, data={"grant_type": "client_credentials"}, headers=basic(CLIENT["client_id"], CLIENT["secret"])
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", **SHOWN}, 400, "unsupported_grant_type"),
        (SHOWN, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "demo-client"}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", **SHOWN, "client_id": "demo\0client"}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", **SHOWN, "client_secret": "guess"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", **SHOWN, "client_id": "other"}, 401, "invalid_client"),
    ],
)
def test_refusals_follow_the_standard(bench: Bench, form: dict[str, str], status: int, error: str) -> None:
    answer = bench.client().post(TOKEN, data=form)
    assert (answer.status_code, answer.get_json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


def test_unreadable_basic_credentials_are_no_credentials(bench: Bench) -> None:
    for value in ("Basic %%%", "Basic " + b64encode(b"\xff\xfe").decode()):
        answer = bench.client().post(
            TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": value}
        )
        assert answer.get_json() == {"error": "invalid_request"}


def test_a_closed_program_gets_nothing_more(bench: Bench) -> None:
    now = SystemClock().now() + timedelta(seconds=2)
    with bench.work() as work:
        close_client(work, work.session.scalars(sa.select(ApiClient)).one(), now)
    answer = bench.client().post(TOKEN, data={"grant_type": "client_credentials", **SHOWN})
    assert answer.status_code == 401
    assert [r.person_id for r in bench.emitted(RolesChanged)] == [CLIENT["id"]]

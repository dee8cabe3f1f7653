"""Authorities' notices of invented people, and the way they are entered."""

from typing import Any

from flask.testing import FlaskClient

from tests.rig import CENTRE, Bench
from tests.services.intake.conftest import body_of, pdf

NOTICES = "/intake/api/notices"
COURT = "/demo-city/court/"
NOTICE: dict[str, Any] = {
    "agency": CENTRE, "authority": COURT, "authority_number": "（2026）虚01刑初12号",
    "stage": "FIRST_INSTANCE", "name": "示例丙某", "id_known": "yes", "id_kind": "resident_identity_card",
    "id_number": "11010119900307803X", "custody": "detained", "custody_place": "示范市虚构看守所",
    "ground": "LAL25_4", "charge": "虚构的罪名", "hearing_on": "2026-10-20",
    "opponents": [{"name": "示例丁某"}],
}  # fmt: skip
NAMELESS = {"id_known": "no", "id_kind": None, "id_number": None, "id_missing_reason": "身份还在核查"}


def clerk_of(bench: Bench) -> FlaskClient:
    """A clerk of the centre."""
    return bench.client("clerk", who="clerk")


def court_of(bench: Bench) -> FlaskClient:
    """The contact of the court."""
    return bench.client("authority", at=COURT, who="court")


def brought(client: FlaskClient, mark: str = "") -> str:
    """Bring a file along; its id."""
    answer = client.post(f"{NOTICES}/letters", data={"file": pdf(mark)})
    assert answer.status_code == 201
    return str(body_of(answer)[0]["id"])


def sent(client: FlaskClient, **changes: Any) -> Any:
    """The answer to a notice with a letter of its own."""
    answers = {"letters": [brought(client)], **NOTICE, **changes}
    return client.post(NOTICES, json={"answers": answers})


def entered(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """An entered notice."""
    answer = sent(client, **changes)
    assert answer.status_code == 201, body_of(answer)
    return dict(body_of(answer))


def wrong_fields(client: FlaskClient, **changes: Any) -> set[str]:
    """The fields at which a notice is refused."""
    answer = sent(client, **changes)
    assert answer.status_code == 422
    return set(body_of(answer)["fields"])

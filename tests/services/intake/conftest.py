"""Intake on its bench: answers of an invented applicant, and the way to a submitted application."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.app import SERVICE
from services.intake.notice import current_notice
from tests.rig import CENTRE, Bench

API = "/intake/api/applications"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ANSWERS: dict[str, Any] = {
    "name": "示例甲某", "id_kind": "resident_identity_card", "id_number": "110101199003074450",
    "phone": "13800001234", "address": "示范市示范镇示范村 1 组 2 号", "capacity": "self",
    "agency": CENTRE, "matter": "MAINTENANCE", "case_kind": "litigation",
    "category": "NONE", "facts": "示例乙某没有按约定支付赡养费，已经一年。", "request": "支付赡养费",
    "opponents": [{"name": "示例乙某", "contact": None}],
    "hardship": True, "no_agent": True, "truthful": True,
}  # fmt: skip
REQUIRED = ("IDENTITY", "ECONOMIC", "MATTER")


def body_of(answer: Any) -> Any:
    """The JSON an answer holds."""
    return answer.json


def pdf(mark: str = "") -> tuple[io.BytesIO, str]:
    """A file to upload; another mark makes another content."""
    return io.BytesIO(PDF + mark.encode()), "示例甲某的材料.pdf"


def draft(client: FlaskClient) -> dict[str, Any]:
    """Confirm the notice; the draft."""
    answer = client.post(API, json={"notice_version": current_notice().version, "confirmed": True})
    assert answer.status_code == 201
    return dict(body_of(answer))


def upload(client: FlaskClient, case_id: str, kind: str, mark: str = "") -> dict[str, Any]:
    """Upload one file; its row."""
    body = {"kind": kind, "file": pdf(mark or kind)}
    answer = client.post(f"{API}/{case_id}/materials", data=body)
    assert answer.status_code == 201
    return dict(body_of(answer)[0])


def filled(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """A draft with all answers and required files, ready to be submitted."""
    made = draft(client)
    body = {"revision": made["revision"], "answers": {**ANSWERS, **changes}}
    answer = client.put(f"{API}/{made['id']}/answers", json=body)
    assert answer.status_code == 200, body_of(answer)
    for kind in REQUIRED:
        upload(client, made["id"], kind)
    return dict(body_of(client.get(f"{API}/{made['id']}")))


def submitted(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """A submitted application."""
    ready = filled(client, **changes)
    answer = client.post(f"{API}/{ready['id']}/submission", json={"revision": ready["revision"]})
    assert answer.status_code == 200, body_of(answer)
    return dict(body_of(answer))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(SERVICE, tmp_path)


@pytest.fixture
def applicant(bench: Bench) -> FlaskClient:
    return bench.client("applicant", at="/", who="applicant")


@pytest.fixture
def case_id(applicant: FlaskClient) -> UUID:
    """A case the applicant has submitted."""
    return UUID(submitted(applicant)["id"])

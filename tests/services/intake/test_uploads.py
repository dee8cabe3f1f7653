"""What may be uploaded: real kinds, up to the limit, for materials that are asked for."""

import io

import pytest
from flask.testing import FlaskClient

from tests.services.intake.conftest import API, body_of, draft, pdf


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"MZ\x90\x00 not a picture", "photo.jpg", 422),
        (b"", "empty.pdf", 422),
        (b"<html></html>", "a.pdf", 422),
    ],
)
def test_disguised_and_empty_files_are_refused(
    applicant: FlaskClient, content: bytes, name: str, status: int
) -> None:
    made = draft(applicant)
    files = {"kind": "IDENTITY", "file": [pdf(), (io.BytesIO(content), name)]}
    answer = applicant.post(f"{API}/{made['id']}/materials", data=files)
    assert answer.status_code == status
    assert body_of(applicant.get(f"{API}/{made['id']}"))["materials"] == []


@pytest.mark.parametrize(("extra", "status"), [(0, 201), (1, 413)])
def test_a_file_may_be_as_large_as_the_limit(applicant: FlaskClient, extra: int, status: int) -> None:
    made, start = draft(applicant), pdf()[0].read()
    content = start + b" " * (20 * 1024 * 1024 - len(start) + extra)
    files = {"kind": "IDENTITY", "file": (io.BytesIO(content), "a.pdf")}
    answer = applicant.post(f"{API}/{made['id']}/materials", data=files)
    answer.request.environ["wsgi.input"].close()  # the test client keeps large bodies in a file
    assert answer.status_code == status
    if status == 413:
        assert body_of(answer)["detail"] == "文件不能超过 20 MB。"


def test_a_material_nobody_asked_for_is_refused(applicant: FlaskClient) -> None:
    made = draft(applicant)
    for kind in ("CONTACT", "CATEGORY_PROOF", "ANYTHING"):
        files = {"kind": kind, "file": pdf()}
        assert applicant.post(f"{API}/{made['id']}/materials", data=files).status_code == 422

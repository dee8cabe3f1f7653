"""Drafts that ran out are emptied; files that nothing names leave the disk."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.app import SERVICE
from services.intake.clocks import CLOCKS
from services.intake.models import Application, Consent, Material
from tests.rig import START, Bench
from tests.services.intake.conftest import API, body_of, draft, filled, pdf, submitted, upload


def tick(bench: Bench) -> int:
    """Let every clock act until nothing waits; how many pieces of work were done."""
    done = 0
    for clock in CLOCKS:
        while True:
            with bench.runtime.reading() as session:
                if not clock.waits(session, bench.clock.now()):
                    break
            with bench.work() as work:
                done += clock.act(work)
    return done


def row(bench: Bench, case_id: str) -> Application:
    with bench.runtime.reading() as session:
        return session.get_one(Application, UUID(case_id))


@pytest.mark.parametrize(("late", "expired"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_draft_is_emptied_after_its_last_day(
    bench: Bench, applicant: FlaskClient, late: timedelta, expired: bool
) -> None:
    made = filled(applicant)
    bench.clock.moment = row(bench, made["id"]).confirm_by + late
    assert bool(tick(bench)) is expired
    after = row(bench, made["id"])
    assert (after.expired_at is not None, after.answers == {}) == (expired, expired)
    with bench.runtime.reading() as session:
        assert session.query(Material).count() == (0 if expired else 3)
        assert session.get_one(Consent, UUID(made["id"])).confirmed_at == START
    assert applicant.get(API).json == ([] if expired else [body_of(applicant.get(f"{API}/{made['id']}"))])


def test_a_submitted_application_never_expires(bench: Bench, applicant: FlaskClient) -> None:
    submitted(applicant)
    bench.clock.moment = START + timedelta(days=400)
    assert tick(bench) == 0


@pytest.fixture
def later(tmp_path: Path) -> Bench:
    """A bench whose clock is ahead of the files on its disk."""
    return Bench(SERVICE, tmp_path, moment=datetime(2090, 3, 1, tzinfo=UTC))


def test_a_removed_file_is_deleted_after_a_while(later: Bench) -> None:
    client = later.client("applicant", at="/", who="applicant")
    made = draft(client)
    file = upload(client, made["id"], "IDENTITY")
    client.delete(f"{API}/{made['id']}/materials/{file['id']}")
    path = later.runtime.files.path(file["sha256"])
    later.clock.moment += timedelta(minutes=59)
    assert tick(later) == 0
    assert path.exists()
    later.clock.moment += timedelta(minutes=1)
    assert tick(later) == 1
    assert not path.exists()


def test_a_file_that_another_application_names_stays(bench: Bench, applicant: FlaskClient) -> None:
    kept = upload(applicant, draft(applicant)["id"], "IDENTITY")
    made = draft(applicant)
    same = upload(applicant, made["id"], "IDENTITY")
    assert same["sha256"] == kept["sha256"]
    applicant.delete(f"{API}/{made['id']}/materials/{same['id']}")
    bench.clock.moment += timedelta(hours=1)
    assert tick(bench) == 1
    assert bench.runtime.files.read(kept["sha256"]).startswith(b"%PDF")


def test_a_file_of_a_refused_upload_is_given_up(later: Bench) -> None:
    client = later.client("applicant", at="/", who="applicant")
    body = {"kind": "CATEGORY_PROOF", "file": pdf("refused")}
    assert client.post(f"{API}/{draft(client)['id']}/materials", data=body).status_code == 422
    assert len(list(later.runtime.files.path("").iterdir())) == 1
    later.clock.moment += timedelta(hours=1)
    tick(later)
    assert list(later.runtime.files.path("").iterdir()) == []


def test_a_file_uploaded_again_meanwhile_is_not_deleted(later: Bench) -> None:
    client = later.client("applicant", at="/", who="applicant")
    made = draft(client)
    file = upload(client, made["id"], "IDENTITY")
    client.delete(f"{API}/{made['id']}/materials/{file['id']}")
    path = later.runtime.files.path(file["sha256"])
    again = later.clock.now().timestamp() + 60
    os.utime(path, (again, again))
    later.clock.moment += timedelta(hours=1)
    assert tick(later) == 1
    assert path.exists()

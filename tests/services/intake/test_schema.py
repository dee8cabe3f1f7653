"""Intake's migration makes the tables its code expects, on both databases; numbers are given once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from services.intake.app import SERVICE
from services.intake.handlers.applying import next_number
from services.intake.models import Application
from shared import migrations
from shared.contracts.intake import RegisterApplication, SealRecord
from shared.contracts.workflow import CaseStateChanged
from shared.service import Runtime
from tests.rig import CENTRE, START, Bench, settings_in
from tests.services.intake.conftest import draft, submitted
from tests.services.intake.notices import NOTICE, NOTICES, brought
from tests.services.intake.test_clocks import tick
from tests.services.intake.test_handlers import opened


def test_the_migration_fits_the_tables_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/intake.db"
    migrations.upgrade(SERVICE, url)
    assert migrations.differences(SERVICE, url) == []


def test_the_migration_fits_the_tables_on_postgresql(postgres_url: str) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    assert migrations.differences(SERVICE, postgres_url) == []


def test_many_at_once_get_different_numbers_without_a_gap(postgres_url: str, tmp_path: Path) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    runtime = Runtime(SERVICE, settings_in(tmp_path, database_url=postgres_url))

    def take(_: int) -> str:
        with runtime.transaction() as work:
            return next_number(work, CENTRE, "MAINTENANCE")

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(take, range(40)))
    runtime.close()
    assert sorted(number[-5:-1] for number in numbers) == [f"{count:04d}" for count in range(1, 41)]


def test_a_case_goes_its_way_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    bench = Bench(SERVICE, tmp_path, database_url=postgres_url)
    applicant = bench.client("applicant", at="/", who="applicant")
    case_id = UUID(submitted(applicant)["id"])
    bench.twice(RegisterApplication(case_id=case_id))
    bench.twice(opened(case_id))
    bench.twice(CaseStateChanged(case_id=case_id, before="UNDER_REVIEW", after="CORRECTION"))
    bench.twice(SealRecord(case_id=case_id))
    assert bench.client("clerk").get("/intake/cases?number=民字").text.count(str(case_id)) == 1
    assert applicant.get(f"/intake/applications/{case_id}").status_code == 200
    draft(applicant)
    bench.clock.moment = START + timedelta(days=30)
    assert tick(bench) == 1
    bench.runtime.close()


def test_the_same_notice_entered_by_many_at_once_makes_one_case(postgres_url: str, tmp_path: Path) -> None:
    migrations.upgrade(SERVICE, postgres_url)
    bench = Bench(SERVICE, tmp_path, database_url=postgres_url)
    clerks = [bench.client("clerk", who=f"clerk {number}") for number in range(4)]
    letters = [brought(clerk, f"letter {number}") for number, clerk in enumerate(clerks)]
    bodies = [{"answers": {**NOTICE, "letters": [letter]}} for letter in letters]

    def enter(clerk: FlaskClient, body: dict[str, Any]) -> int:
        return clerk.post(NOTICES, json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(enter, clerks, bodies))
    assert sorted(answers) == [201, 409, 409, 409]
    with bench.runtime.reading() as session:
        (only,) = session.query(Application).all()
        assert only.number == "示范援〔2026〕刑字第0001号"
    bench.runtime.close()

"""Who sees which part of a dispatch."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.dispatch.app import SERVICE
from shared.contracts.dispatch import TakeTurn
from tests.rig import CASE, Bench
from tests.services.dispatch.conftest import member, registered, response
from tests.services.dispatch.test_handlers import taken

PANEL = f"/dispatch/cases/{CASE}/panel"


@pytest.fixture
def dispatched(bench: Bench) -> Bench:
    bench.deliver(registered(opponents=("律师一",)), job_key=None)
    bench.deliver(TakeTurn(case_id=CASE))
    bench.deliver(response(taken(bench)[0].assignment_id, "accepted", "律师二"))
    return bench


@pytest.mark.clause("S0-7.4.4b")
def test_staff_read_who_was_passed_over_and_why(dispatched: Bench) -> None:
    page = dispatched.client("dispatcher").get(PANEL).text
    assert "与对方当事人同名" in page
    assert "律师一" in page
    assert "选定" in page


def test_the_applicant_reads_who_handles_the_case_only(dispatched: Bench) -> None:
    client = dispatched.client("applicant", who="申请人甲")
    page = client.get(PANEL).text
    assert "律师二" in page
    assert "律师一" not in page
    assert client.get(f"/dispatch/api/cases/{CASE}").status_code == 403


def test_handler_and_firm_see_their_case_strangers_do_not(dispatched: Bench) -> None:
    assert dispatched.client("handler", at="/demo-city/firm-b/", who="律师二").get(PANEL).status_code == 200
    assert (
        dispatched.client("firm_manager", at="/demo-city/firm-b/", who="boss").get(PANEL).status_code == 200
    )
    assert (
        dispatched.client("firm_manager", at="/demo-city/firm-c/", who="boss").get(PANEL).status_code == 404
    )
    assert dispatched.client("applicant", who="stranger").get(PANEL).status_code == 404
    assert dispatched.client().get(PANEL).status_code == 302


def test_the_rotation_is_published_in_order(dispatched: Bench) -> None:
    places = dispatched.client("dispatcher").get("/dispatch/api/turns").get_json()["members"]
    assert [p["turns"] for p in places] == [0, 0, 1]
    page = dispatched.client("dispatcher").get("/dispatch/turns").text
    assert page.index("律师一") < page.index("律师三") < page.index("律师二")
    assert dispatched.client("handler").get("/dispatch/turns").status_code == 403


def test_an_empty_roster_says_what_to_do(tmp_path: object) -> None:
    from services.dispatch.app import SERVICE

    bench = Bench(SERVICE, tmp_path)  # type: ignore[arg-type]
    assert "请先在人员库登记" in bench.client("dispatcher").get("/dispatch/turns").text


def test_the_api_gives_ids_and_codes_only(dispatched: Bench) -> None:
    body = dispatched.client("dispatcher").get(f"/dispatch/api/cases/{CASE}").get_json()
    assert body["considerations"][0]["entries"][0]["faults"] == ["is_opponent"]
    assert body["assignments"][0]["response"] == "accepted"
    assert "律师" not in str(body)


def test_the_authority_that_asked_reads_who_handles_the_case_only(tmp_path: Path) -> None:
    bench = Bench(SERVICE, tmp_path)
    bench.deliver(replace(registered(), authority="/demo-city/court/"), job_key=None)
    for name, firm in (("律师一", "firm-a"), ("律师二", "firm-b")):
        bench.deliver(member(name, firm), job_key=None)
    bench.deliver(TakeTurn(case_id=CASE))
    court = bench.client("authority", at="/demo-city/court/", who="court")
    assert "律师一" in court.get(PANEL).text
    assert "律师二" not in court.get(PANEL).text
    assert court.get(f"/dispatch/api/cases/{CASE}").status_code == 403
    police = bench.client("authority", at="/demo-city/police/", who="police")
    assert police.get(PANEL).status_code == 404

"""The next stage of a case names the case before it, and each page leads to the other."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from shared.contracts.intake import ApplicationRegistered, RegisterApplication
from tests.rig import Bench
from tests.services.intake.conftest import ANSWERS, API, body_of, draft, filled, submitted
from tests.services.intake.notices import NAMELESS, clerk_of, court_of, entered, wrong_fields
from tests.services.intake.test_pages import begun, fill

OTHER_CARD = "11010119900307803X"


def refused(client: FlaskClient, **changes: Any) -> set[str]:
    made = draft(client)
    body = {"revision": made["revision"], "answers": {**ANSWERS, **changes}}
    answer = client.put(f"{API}/{made['id']}/answers", json=body)
    assert answer.status_code == 422
    return set(body_of(answer)["fields"])


def test_the_next_stage_is_linked_both_ways(bench: Bench, applicant: FlaskClient) -> None:
    first = submitted(applicant)
    second = submitted(applicant, earlier_number=first["number"])
    bench.deliver(RegisterApplication(case_id=UUID(second["id"])))
    assert bench.emitted(ApplicationRegistered)[0].earlier_case_id == UUID(first["id"])
    for reader, root in ((applicant, "/intake/applications"), (clerk_of(bench), "/intake/cases")):
        assert f'{root}/{first["id"]}">{first["number"]}' in reader.get(f"{root}/{second['id']}").text
        assert f'{root}/{second["id"]}">{second["number"]}' in reader.get(f"{root}/{first['id']}").text


def test_a_case_of_another_person_is_refused_like_none_at_all(bench: Bench, applicant: FlaskClient) -> None:
    first = submitted(applicant)
    assert refused(applicant, earlier_number="示范援〔2026〕民字第9999号") == {"earlier_number"}
    assert refused(applicant, earlier_number=first["number"], id_number=OTHER_CARD) == {"earlier_number"}
    stranger = bench.client("applicant", at="/", who="stranger")
    assert submitted(stranger, earlier_number=first["number"])["number"]  # the same person by another account


def test_the_page_says_it_at_the_field(applicant: FlaskClient) -> None:
    here = begun(applicant)
    answer = fill(applicant, here, "matter", earlier_number="没有这个案号")
    assert answer.status_code == 422
    assert "没有找到同一个人的这个案号" in answer.text


def test_before_the_document_is_known_the_account_decides(bench: Bench, applicant: FlaskClient) -> None:
    first = submitted(applicant)
    assert fill(applicant, begun(applicant), "matter", earlier_number=first["number"]).status_code == 303
    stranger = bench.client("applicant", at="/", who="stranger")
    assert fill(stranger, begun(stranger), "matter", earlier_number=first["number"]).status_code == 422


def test_a_person_changed_afterwards_is_noticed_when_it_is_handed_in(applicant: FlaskClient) -> None:
    first = submitted(applicant)
    ready = filled(applicant, earlier_number=first["number"])
    here = f"/intake/applications/{ready['id']}"
    assert fill(applicant, here, "applicant", id_number=OTHER_CARD).status_code == 303
    revision = body_of(applicant.get(f"{API}/{ready['id']}"))["revision"]
    answer = applicant.post(f"{here}/check", data={"revision": revision})
    assert answer.status_code == 422
    assert "“申请什么”还没有填写完整" in answer.text


def test_the_same_persons_next_notice_of_the_authority_is_linked(bench: Bench) -> None:
    first = entered(court_of(bench))
    second = entered(court_of(bench), stage="SECOND_INSTANCE")
    assert (first["earlier_case_id"], second["earlier_case_id"]) == (None, first["id"])
    assert first["number"] in court_of(bench).get(f"/intake/cases/{second['id']}").text


@pytest.mark.parametrize("change", [{"id_number": "110101199003074450"}, NAMELESS])
def test_without_the_same_document_nothing_is_linked_by_itself(bench: Bench, change: dict[str, Any]) -> None:
    entered(court_of(bench))
    assert entered(court_of(bench), stage="SECOND_INSTANCE", **change)["earlier_case_id"] is None


def test_a_notice_may_name_the_case_of_another_authority(bench: Bench) -> None:
    clerk = clerk_of(bench)
    police = {"authority": "OTHER", "authority_name": "虚构公安局", "stage": "INVESTIGATION"}
    first = entered(clerk, **police)
    assert entered(clerk, earlier_number=first["number"])["earlier_case_id"] == first["id"]
    assert wrong_fields(clerk, earlier_number=first["number"], name="示例戊某",
                        id_number="110101199003074450") == {"earlier_number"}  # fmt: skip
    assert wrong_fields(clerk, earlier_number="没有", stage="RETRIAL") == {"earlier_number"}


def test_where_a_document_is_unknown_the_name_decides(bench: Bench) -> None:
    clerk = clerk_of(bench)
    first = entered(clerk, **NAMELESS)
    again = {"stage": "SECOND_INSTANCE", "earlier_number": first["number"]}
    assert entered(clerk, **again)["earlier_case_id"] == first["id"]
    assert wrong_fields(clerk, **again, name="示例戊某") == {"earlier_number"}

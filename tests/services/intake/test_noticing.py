"""An authority's notice becomes a case: who may enter it, what it needs, and never twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.models import Application, DiscardedFile, Material, UploadedLetter
from shared.contracts.intake import (
    ApplicationRegistered,
    CaseRegistered,
    RecordSealed,
    RegisterApplication,
    SealRecord,
)
from shared.contracts.workflow import CaseStateChanged, PublishMessage
from tests.rig import CENTRE, START, Bench, person
from tests.services.intake.conftest import body_of
from tests.services.intake.notices import (
    COURT,
    NAMELESS,
    NOTICE,
    NOTICES,
    brought,
    clerk_of,
    court_of,
    entered,
    sent,
    wrong_fields,
)
from tests.services.intake.test_clocks import tick


def row(bench: Bench, case_id: str) -> Application:
    with bench.runtime.reading() as session:
        return session.get_one(Application, UUID(case_id))


def ended(bench: Bench, case_id: str, state: str) -> None:
    bench.deliver(CaseStateChanged(case_id=UUID(case_id), before="HANDLING", after=state))


@pytest.mark.clause("S4-四b")
def test_a_clerk_enters_a_notice_and_its_process_begins(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    assert made["number"] == "示范援〔2026〕刑字第0001号"
    (message,) = bench.emitted(PublishMessage)
    assert (message.name, message.correlation_key) == ("notice_received", made["id"])
    assert message.variables == {
        "case_id": made["id"], "agency": CENTRE, "applicant_id": str(row(bench, made["id"]).applicant_id),
        "matter": "CRIMINAL_NOTICE", "category": "LAL25_4", "case_kind": "criminal_notice",
        "case_number": made["number"], "received_at": START.isoformat(), "entered_by": str(person("clerk")),
    }  # fmt: skip


def test_registering_announces_the_person_the_authority_and_the_facts(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    bench.twice(RegisterApplication(case_id=UUID(made["id"])))
    (record,) = bench.emitted(ApplicationRegistered)
    assert (record.authority, record.case_kind, record.category) == (COURT, "criminal_notice", "LAL25_4")
    assert record.applicant["name"] == "示例丙某"
    assert record.opponents == {"names": ["示例丁某"]}
    assert "虚构看守所" in record.facts["text"]
    assert [material["name"] for material in record.materials] == ["办案机关的公函（1）"]
    assert len(bench.emitted(CaseRegistered)) == 1


def test_a_relative_who_is_named_is_announced_with_a_phone(bench: Bench) -> None:
    made = entered(clerk_of(bench), agent_name="示例己某", agent_phone="13800005678")
    bench.deliver(RegisterApplication(case_id=UUID(made["id"])))
    relative = bench.emitted(ApplicationRegistered)[0].applicant["representative"]
    assert relative == {"name": "示例己某", "phone": "13800005678"}
    assert wrong_fields(clerk_of(bench), agent_name="示例己某", agent_phone="123") == {"agent_phone"}


def test_the_recipient_of_two_notices_is_two_persons_without_an_account(bench: Bench) -> None:
    clerk = clerk_of(bench)
    first, second = entered(clerk), entered(clerk, stage="SECOND_INSTANCE")
    assert row(bench, first["id"]).applicant_id != row(bench, second["id"]).applicant_id


@pytest.mark.parametrize("role", ["applicant", "reviewer", "handler", "integration"])
def test_nobody_else_enters_notices(bench: Bench, role: str) -> None:
    client = bench.client(role, who="other")
    assert client.get("/intake/notices/new").status_code == 403
    assert client.post(NOTICES, json={"answers": NOTICE}).status_code == 403
    assert bench.client().post(NOTICES, json={"answers": NOTICE}).status_code == 401


def test_an_authority_enters_its_own_notices_only(bench: Bench) -> None:
    assert entered(court_of(bench))["authority"] == COURT
    elsewhere = bench.client("authority", at="/demo-city/police/", who="police")
    assert wrong_fields(elsewhere) == {"authority"}
    assert wrong_fields(court_of(bench), authority="OTHER", authority_name="虚构检察院") == {"authority"}


def test_a_clerk_enters_at_the_own_agency_only(bench: Bench) -> None:
    assert wrong_fields(bench.client("clerk", at="/other-city/", who="stranger")) == {"agency"}


def test_a_clerk_enters_for_an_authority_that_is_not_listed(bench: Bench) -> None:
    made = entered(clerk_of(bench), authority="OTHER", authority_name="虚构市人民检察院", stage="PROSECUTION")
    assert made["authority"] is None
    assert "虚构市人民检察院" in clerk_of(bench).get(f"/intake/cases/{made['id']}").text
    assert "authority_name" in wrong_fields(clerk_of(bench), authority="OTHER")


@pytest.mark.parametrize(
    "name",
    ["agency", "authority", "authority_number", "stage", "name", "id_known", "custody", "ground", "charge"],
)
def test_what_a_notice_needs(bench: Bench, name: str) -> None:
    assert name in wrong_fields(clerk_of(bench), **{name: None})


def test_a_letter_is_needed_and_is_one_of_ones_own(bench: Bench) -> None:
    clerk = clerk_of(bench)
    assert wrong_fields(clerk, letters=[]) == {"letters"}
    assert wrong_fields(clerk, letters=[str(person("nothing"))]) == {"letters"}
    assert wrong_fields(clerk, letters=[brought(court_of(bench))]) == {"letters"}


def test_an_unknown_number_needs_a_reason_and_a_known_one_is_checked(bench: Bench) -> None:
    clerk = clerk_of(bench)
    assert wrong_fields(clerk, **{**NAMELESS, "id_missing_reason": None}) == {"id_missing_reason"}
    assert wrong_fields(clerk, id_number="110101199003078031") == {"id_number"}
    made = entered(clerk, **NAMELESS)
    assert row(bench, made["id"]).party_index is None


@pytest.mark.parametrize(
    ("day", "moment"),
    [(None, START), ("2026-09-24", START), ("2026-09-23", datetime(2026, 9, 23, 4, tzinfo=UTC))],
)
def test_the_day_the_letter_came_counts(bench: Bench, day: str | None, moment: datetime) -> None:
    made = entered(clerk_of(bench), received_on=day)
    assert row(bench, made["id"]).received_at == moment


def test_a_letter_does_not_come_tomorrow_and_an_authority_does_not_say_when(bench: Bench) -> None:
    assert wrong_fields(clerk_of(bench), received_on="2026-09-25") == {"received_on"}
    assert wrong_fields(court_of(bench), received_on="2026-09-23") == {"received_on"}


class TestTwice:
    def test_the_same_notice_is_refused_with_the_number_of_its_case(self, bench: Bench) -> None:
        made = entered(clerk_of(bench))
        again = sent(court_of(bench), authority_number=" （2026）虚01刑初 12号 ")
        assert again.status_code == 409
        assert body_of(again)["number"] == made["number"]
        assert made["number"] in body_of(again)["detail"]
        assert entered(clerk_of(bench), stage="SECOND_INSTANCE")["number"][-5:-1] == "0002"  # none was lost

    @pytest.mark.parametrize(
        "change",
        [{"stage": "RETRIAL"}, {"name": "示例戊某"}, {"authority_number": "另一案号"},
         {"id_number": "110101199003074450"}],
    )  # fmt: skip
    def test_another_stage_person_or_case_is_another_notice(
        self, bench: Bench, change: dict[str, Any]
    ) -> None:
        entered(clerk_of(bench))
        entered(clerk_of(bench), **change)

    def test_a_person_whose_number_became_known_is_the_same(self, bench: Bench) -> None:
        entered(clerk_of(bench), **NAMELESS)
        assert sent(clerk_of(bench)).status_code == 409

    @pytest.mark.parametrize(
        ("state", "status"), [("SUSPENDED", 409), ("TERMINATED", 201), ("ARCHIVED", 201)]
    )
    def test_only_an_open_case_stands_in_the_way(self, bench: Bench, state: str, status: int) -> None:
        made = entered(clerk_of(bench))
        ended(bench, made["id"], state)
        again = sent(clerk_of(bench))
        assert again.status_code == status
        assert status == 409 or body_of(again)["earlier_case_id"] == made["id"]


def test_letters_that_no_notice_names_are_forgotten_after_a_day(bench: Bench) -> None:
    clerk = clerk_of(bench)
    brought(clerk, "forgotten")
    made = entered(clerk)
    bench.clock.moment = START + timedelta(days=1)
    assert tick(bench) == 0
    bench.clock.moment += timedelta(seconds=1)
    assert tick(bench) == 1
    with bench.runtime.reading() as session:
        assert session.query(UploadedLetter).count() == 0
        assert session.query(DiscardedFile).count() == 1
        assert session.query(Material).filter_by(case_id=UUID(made["id"])).count() == 1


def test_the_record_of_a_notice_is_sealed_without_a_consent(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    bench.twice(SealRecord(case_id=UUID(made["id"])))
    (sealed,) = bench.emitted(RecordSealed)
    assert [item["kind"] for item in sealed.items] == ["application", "material", "file"]

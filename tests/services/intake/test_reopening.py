"""A refused application begins anew when the judicial bureau orders it, and only a refused one does."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.models import Application
from shared.contracts.intake import (
    ApplicationReopened,
    CloseApplication,
    RegisterApplication,
    ReopenApplication,
    SealRecord,
)
from shared.contracts.workflow import PublishMessage
from tests.rig import Bench


def begun(bench: Bench) -> list[PublishMessage]:
    """The messages by which the case began anew."""
    return [m for m in bench.emitted(PublishMessage) if m.name == "refusal_overturned"]


@pytest.fixture
def refused(bench: Bench, case_id: UUID) -> Bench:
    bench.deliver(RegisterApplication(case_id=case_id))
    bench.deliver(CloseApplication(case_id=case_id, outcome="refused"))
    return bench


@pytest.mark.parametrize("outcome", ["granted", "review_again"])
def test_the_case_begins_anew_with_its_own_facts(refused: Bench, case_id: UUID, outcome: str) -> None:
    refused.clock.moment += timedelta(days=9)
    refused.twice(ReopenApplication(case_id=case_id, outcome=outcome))
    (message,) = begun(refused)
    assert message.variables["outcome"] == outcome
    assert message.variables["case_number"] == "示范援〔2026〕民字第0001号"
    assert message.variables["received_at"] == refused.clock.now().isoformat()
    assert len(refused.emitted(ApplicationReopened)) == 1
    with refused.runtime.reading() as session:
        assert session.get_one(Application, case_id).outcome is None


def test_what_was_withdrawn_or_sealed_stays_closed(bench: Bench, case_id: UUID) -> None:
    bench.deliver(RegisterApplication(case_id=case_id))
    bench.deliver(CloseApplication(case_id=case_id, outcome="withdrawn"))
    bench.deliver(ReopenApplication(case_id=case_id, outcome="granted"))
    bench.deliver(SealRecord(case_id=case_id))
    bench.deliver(ReopenApplication(case_id=case_id, outcome="granted"))
    assert begun(bench) == []
    assert len(bench.emitted(ApplicationReopened)) == 2

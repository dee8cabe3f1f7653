"""Jobs, deployments and relays: two at once on PostgreSQL, in both orders and together."""

from functools import partial

import sqlalchemy as sa

from services.workflow.deploying.deployments import deploy_resources
from services.workflow.models import Job, ModelVersion
from services.workflow.waiting import incidents, jobs
from shared.clock import SystemClock
from shared.contracts.review import DeadlineNoted
from shared.messaging.relay import Relay
from shared.messaging.tables import outbox
from tests.rig import CASE
from tests.services.workflow.ring import ALL, ROUNDS, begun, fight, past, settled
from tests.services.workflow.stepped import at_once


def answering(house, key):
    """The answer to the command of the instance's job, by the consumer's way."""
    [row] = house.rows(Job, instance_key=key)

    def answer(work):
        work.cause = Cause(str(row.key))
        return jobs.answer_job(DeadlineNoted(case_id=row.case_id), work)

    return answer


class Cause:
    """As much of an envelope as says which job is answered."""

    def __init__(self, job_key):
        self.job_key, self.id = job_key, CASE


def test_a_job_is_answered_and_out_of_time(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "sent", number)
        fight(ring, number, answering(ring, key), jobs.retry_due_job)
        [row] = ring.rows(Job, instance_key=key)
        assert row.status == "COMPLETED", "an answer counts although the time was over"
        assert past(ring, key, "job_completed") == 1
        assert past(ring, key, "job_failed") == (number == 1) or number == 2
        assert settled(ring, key) == ["z"]


def test_a_job_is_answered_twice(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "sent", number)
        fight(ring, number, answering(ring, key), answering(ring, key))
        assert past(ring, key, "job_completed") == 1
        assert settled(ring, key) == ["z"]


def test_the_retry_of_an_incident_and_a_late_answer(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "sent", number)
        for _turn in range(2):
            begun_again(ring)
        [incident] = ring.incidents()
        _, retried = fight(
            ring, number, answering(ring, key),
            partial(incidents.retry_incident, key=incident.key, by="boss"),
        )  # fmt: skip
        assert retried in (None, "IncidentOver")
        assert ring.incidents() == []
        assert past(ring, key, "job_completed") == 1
        assert settled(ring, key) == ["z"]


def begun_again(house):
    """The job's command got no answer in time."""
    with house.work() as work:
        work.session.execute(
            sa.update(Job).where(Job.next_at.is_not(None)).values(next_at=SystemClock().now())
        )
    with house.work() as work:
        assert jobs.retry_due_job(work)


def test_two_deployments_of_one_process(ring):
    for number in ROUNDS:
        changed = [ALL.replace(b'id="file"', f'id="file{number}{side}"'.encode()) for side in "ab"]
        versions = fight(ring, number, *(partial(deployed, xml=xml) for xml in changed))
        assert sorted(versions) == [2 + 2 * number, 3 + 2 * number]
    same = [ALL.replace(b'id="file"', b'id="same"')] * 2
    assert len(set(fight(ring, 2, *(partial(deployed, xml=xml) for xml in same)))) == 1
    assert len(ring.rows(ModelVersion, process_id="two")) == 8


def deployed(work, xml):
    """The version that a deployment made or found."""
    rows = deploy_resources(work, [("file.bpmn", xml)], "tester").processes
    return {row.process_id: row.version for row in rows}["two"]


def test_two_relays_of_one_case(ring):
    for number in ROUNDS:
        begun(ring, "sent", number)
    sent: list[tuple[str, int]] = []
    relays = [Relay(ring.runtime, Wire(sent)) for _ in range(2)]  # type: ignore[arg-type]
    at_once(ring, *[lambda _work, relay=relay: relay.step() for relay in relays])
    while any(relay.step() for relay in relays):
        pass
    with ring.runtime.reading() as session:
        waiting = session.execute(sa.select(outbox.c.subject, outbox.c.sequence)).tuples().all()
    assert sorted(sent) == sorted(waiting), "each once"
    for subject in {subject for subject, _ in sent}:
        assert [n for s, n in sent if s == subject] == sorted(n for s, n in sent if s == subject)


class Wire:
    """A transport that takes everything."""

    def __init__(self, sent):
        self._sent = sent

    def publish(self, envelope):
        self._sent.append((envelope.subject, envelope.sequence))

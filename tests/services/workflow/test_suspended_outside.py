"""A suspended instance takes no signal and hands out no job until it goes on."""

import sqlalchemy as sa

from services.workflow.changing.suspension import resume_instance, suspend_instance
from services.workflow.models import SignalDelivery
from services.workflow.waiting.activation import activate_jobs
from tests.services.workflow.test_outside_work import ASKING, OUTSIDE
from tests.services.workflow.test_signals import WAITS, cast


def both(house, act):
    with house.work() as work:
        act(work, house.instance().key, "boss")


def test_a_signal_waits_until_the_instance_goes_on(house):
    house.deploy(WAITS)
    house.start()
    both(house, suspend_instance)
    cast(house)
    assert house.spread_signals() == 0
    assert [d.attempts for d in house.rows(SignalDelivery)] == [0]
    both(house, resume_instance)
    assert house.spread_signals() == 1
    assert house.open_tasks() == ["z"]


def test_a_job_is_not_handed_out(house):
    house.deploy(OUTSIDE)
    house.start()
    both(house, suspend_instance)
    with house.work() as work:
        assert activate_jobs(work, ASKING, sa.true()) == []
    both(house, resume_instance)
    with house.work() as work:
        assert len(activate_jobs(work, ASKING, sa.true())) == 1

"""Signals on PostgreSQL, where several clocks deliver at once."""

from services.workflow.human import tasks
from services.workflow.models import Instance, SignalDelivery
from services.workflow.waiting.signals import deliver_signal
from tests.services.workflow.test_races import race
from tests.services.workflow.test_signals import ANN, HEARS, STARTS, THROWS, WAITS, cast


def test_clocks_that_deliver_at_once_reach_each_catcher_once(house_on_postgres):
    house = house_on_postgres
    for model in (WAITS, HEARS, STARTS, THROWS):
        house.deploy(model)
    keys = [house.start(), house.start(), house.start("hears")]
    house.start("throws", n=1)
    cast(house, level=9)
    while house.rows(SignalDelivery):
        race(house, *[deliver_signal] * 4)
    assert house.open_tasks() == ["a", "m", "m", "n", "n", "x", "y", "y", "z", "z"]
    assert house.variables(keys[2]) == {"level": 9}, "the later one comes later"
    assert len(house.past("signal_caught")) == 6
    assert len(house.rows(Instance, process_id="starts")) == 2
    assert house.intact()


def test_a_signal_races_with_the_end_of_what_hears_it(house_on_postgres):
    house = house_on_postgres
    house.deploy(HEARS)
    house.start("hears")
    cast(house)
    key = house.task("a").key
    race(house, deliver_signal, lambda work: tasks.complete_task(work, key, ANN, None, {}).status)
    house.spread_signals()
    assert house.rows(SignalDelivery) == []
    assert house.intact()

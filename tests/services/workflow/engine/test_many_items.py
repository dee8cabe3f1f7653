"""Multi-instance activities of many items: begun by and by, and one item costs what one item costs."""

import pytest

from services.workflow.engine import Execution
from services.workflow.engine.journal import Cancelled
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    file,
    flows,
    many,
    message,
    message_def,
    process,
    start,
    user,
)
from tests.services.workflow.engine.walk import Walk

MANY = 900


def items(until=""):
    """A task for each of the items, which a message takes away."""
    loop = many("xs", until=until, inputElement="x", outputCollection="ys", outputElement="=y")
    stop = boundary("stop", "a", message("m"))
    whole = process(start(), user("a", loop), stop, user("z"), end(), flows("s a z e", "stop e"))
    return file(whole, extra=message_def("m", "m"))


def answer(case, key, **values):
    """Finish one item."""
    case._load().complete(key, values)
    case._settle()


@pytest.mark.parametrize("cap", [7, 1000])
def test_all_items_are_begun_once_and_in_order_whatever_the_cap(cap):
    case = Walk(items(), durable=True, cap=cap, xs=list(range(120)), case_id="c")
    assert [case.local(key)["x"] for key in case.keys("a")] == list(range(120))


def test_the_cap_counts_items():
    xs = list(range(MANY))
    case = Walk(items(), durable=False, xs=[], case_id="c")
    program, library = case._programs()
    begun = Execution.start(1, program, library, case._around(), {"xs": xs, "case_id": "c"})
    rounds = [len(run.journal) for run in runs(begun)]
    assert len(rounds) >= MANY // 100
    assert max(rounds) <= 3 * (100 + 50), "no run begins many more items than the cap"


def runs(execution):
    """Every run to the cap of 100 elements."""
    more = True
    while more:
        run = execution.run(100)
        more = run.more
        yield run


def test_an_item_that_nobody_touches_stays_asleep():
    case = Walk(items(), durable=True, xs=list(range(MANY)), case_id="c")
    keys = case.keys("a")
    assert len(case._load()._runtime.by_key) == 2, "the frame and the message on its border"
    answer(case, keys[500], y=5)
    assert len(keys) - len(case.keys("a")) == 1
    assert len(case._load()._runtime.asleep) == MANY - 1


def test_results_stand_in_the_order_of_the_items(walk):
    case = walk(items(), xs=list(range(6)), case_id="c")
    keys = case.keys("a")
    for number in (4, 0, 5, 2, 1, 3):
        answer(case, keys[number], y=number * number)
    assert case.waiting == ["z"]
    assert case.variables["ys"] == [0, 1, 4, 9, 16, 25]


@pytest.mark.parametrize("until", ["numberOfCompletedInstances = 2", ""])
def test_items_are_taken_away_in_their_order(walk, until):
    case = walk(items(until), xs=list(range(6)), case_id="c")
    keys = case.keys("a")
    answer(case, keys[4], y=1)
    if until:
        answer(case, keys[1], y=1)
    else:
        case.fire("stop")
    gone = [entry.key for entry in case.details(Cancelled) if not entry.body]
    assert gone == [keys[number] for number in ((0, 2, 3, 5) if until else (0, 1, 2, 3, 5))]
    assert case.ended is not bool(until)
    assert case.stored.keys() == {1}

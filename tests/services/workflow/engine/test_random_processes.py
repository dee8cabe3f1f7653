"""Random processes on random paths: saved and loaded after every step, or never: the same must happen."""

import itertools
from collections import Counter

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from services.workflow.engine.journal import (
    Activated,
    Cancelled,
    Completed,
    Disarmed,
    Subscribed,
    TimerArmed,
)
from tests.services.workflow.engine.blocks import BLOCKS, drawn
from tests.services.workflow.engine.reborn import act, in_new_process, seen
from tests.services.workflow.engine.walk import Walk

EXAMPLES, EVERY, STEPS = 110, 50, 40
_counted = itertools.count(1)


def check_balance(case):
    """What began ended once and nothing else did; no value of a parallel branch was lost."""
    began, ended = (Counter(e.key for e in case.journal if isinstance(e, kinds)) for kinds in (
        Activated, (Completed, Cancelled)
    ))  # fmt: skip
    armed = Counter(e.key for e in case.details(TimerArmed) + case.details(Subscribed))
    assert began == ended
    assert set(began.values()) == {1}
    assert Counter(e.key for e in case.details(Disarmed)) <= armed
    assert set(armed) <= {e.key for e in case.details(Disarmed)} | set(began)
    assert case.stored.keys() <= {1}


def check_values(case, given):
    """Every answer stands in the process's own scope as it was given last: no stale copy came over it."""
    written = {name: value for name, value in case.variables.items() if name.startswith("at_")}
    assert written == given
    for name, values in case.variables.items():
        if name[0] == "r" and name[1:].isdigit():
            assert [value is None for value in values] == [False, False]


@settings(
    max_examples=EXAMPLES, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(block=BLOCKS, path=st.lists(st.integers(0, 20), min_size=STEPS, max_size=STEPS))
def test_saving_and_loading_changes_nothing(block, path):
    xml = drawn(block)
    kept = Walk(xml, durable=False, case_id="c", last=0)
    stored = Walk(xml, durable=True, cap=path[1] % 3 + 1 if path[1] > 9 else None, case_id="c", last=0)
    reborn_at = path[0] if next(_counted) % EVERY == 0 else None
    given = {}
    for step, choice in enumerate(itertools.chain(path, itertools.repeat(1, 300))):
        assert seen(stored) == seen(kept)
        if kept.ended:
            break
        assert kept.waiting, "a process that has not ended waits for something"
        reborn = in_new_process(stored, choice) if step == reborn_at else None
        element, _ = act(kept, choice)
        act(stored, choice)
        assert reborn in (None, seen(stored))
        given[f"at_{element}"] = choice
    note(kept.happened())
    assert kept.ended
    assert list(map(repr, stored.journal)) == list(map(repr, kept.journal))
    assert not [e for e in kept.happened() if e.startswith("!")]
    check_balance(kept)
    if b"callActivity" not in xml:  # what a called process brings back are copies
        check_values(kept, given)

"""Which scopes that end have something stored: all others need not be emptied."""

import pytest

from services.workflow.engine import Variables

KEY = 7


def stored_nothing(keys):
    return {}


def stored_one(keys):
    return {key: {"n": 1} for key in keys}


@pytest.mark.parametrize("fetch", [stored_nothing, stored_one])
def test_an_unknown_scope_may_hold_anything(fetch):
    variables = Variables(fetch)
    variables.drop([KEY])
    assert variables.dropped == {KEY}


@pytest.mark.parametrize(("fetch", "dropped"), [(stored_nothing, set()), (stored_one, {KEY})])
@pytest.mark.parametrize("given", [{}, {"n": 2}, {"more": 3}])
def test_a_known_scope_holds_what_was_found_there(fetch, dropped, given):
    """What was given and not written yet is nothing to empty it of."""
    variables = Variables(fetch)
    variables.look_up([KEY])
    variables.set_local(KEY, given)
    variables.drop([KEY])
    assert variables.dropped == dropped
    assert variables.changed == {}


@pytest.mark.parametrize("given", [{}, {"n": 2}])
def test_a_new_scope_holds_what_was_written(given):
    for written in (False, True):
        variables = Variables(stored_nothing)
        variables.open(KEY)
        variables.set_local(KEY, given)
        if written:
            variables.saved()
        variables.drop([KEY])
        assert variables.dropped == ({KEY} if written and given else set())


def test_what_was_written_into_a_known_scope_is_there():
    variables = Variables(stored_nothing)
    variables.set_local(KEY, {"n": 1})
    variables.saved()
    variables.drop([KEY])
    assert variables.dropped == {KEY}

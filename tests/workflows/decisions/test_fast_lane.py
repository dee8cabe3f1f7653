"""Which application is taken first or the same day."""

import pytest

from tests.workflows.decisions.deciding import Facts, decide
from tests.workflows.decisions.edges import edge, fires, sides, untested

SAME_DAY: Facts = {"fast_lane.same_day.enabled": True, "apparently_eligible": True}
NOT_HERE: Facts = {"fast_lane.same_day.enabled": False}
DOUBTFUL: Facts = {"apparently_eligible": False}
DEFICIENT: Facts = {
    "fast_lane.accept_deficient": True,
    "materials_complete": False,
    "apparently_eligible": True,
}
EDGES = [
    edge("fast_lane_grounds_urgent", {"urgent": True}, {"urgent": False}, {"urgent": None}),
    *(
        edge(
            "fast_lane_grounds_limitation",
            {"days_to_limitation": days},
            *({"days_to_limitation": d} for d in beyond),
        )
        for days, beyond in ((0, [-1]), (6, [7, 8, None]))
    ),
    edge(
        "fast_lane_grounds_limitation",
        {"days_to_limitation": 7, "fast_lane.limitation_days": 8},
        {"days_to_limitation": 8},
    ),
    *(
        edge(
            "fast_lane_grounds_wages",
            {"matter": "LABOUR_PAY", "circumstances": [worker]},
            {"matter": "LABOUR_RELATION"},
            {"circumstances": ["DISABLED"]},
            {"fast_lane.wage_channel": False},
        )
        for worker in ("WORKER", "MIGRANT_WORKER")
    ),
    edge(
        "fast_lane_grounds_incomplete",
        DEFICIENT,
        {"materials_complete": True},
        DOUBTFUL,
        {"fast_lane.accept_deficient": False},
    ),
    *(
        edge("fast_lane_grounds_same_day_age", {**SAME_DAY, "age": age}, {"age": other}, DOUBTFUL, NOT_HERE)
        for age, other in ((17, 18), (60, 59), (0, None))
    ),
    edge(
        "fast_lane_grounds_same_day_disabled",
        {**SAME_DAY, "circumstances": ["DISABLED"]},
        {"circumstances": ["WOMAN"]},
        DOUBTFUL,
        NOT_HERE,
    ),
]


@pytest.mark.parametrize(("rule", "facts", "wanted"), sides("fast_lane", EDGES))
def test_both_sides_of_each_row(rule: str, facts: Facts, wanted: bool) -> None:
    assert fires("fast_lane", rule, facts) is wanted


def test_every_row_has_its_edges() -> None:
    assert untested("fast_lane", EDGES) == set()


@pytest.mark.clause("S0-7.4.3d")
@pytest.mark.parametrize("days", [7, 5])
def test_the_ordinary_period_is_the_policys(days: int) -> None:
    result = decide("fast_lane", "fast_lane", {"review.decision.target_working_days": days})
    assert (result["lane"], result["working_days"]) == ("ordinary", days)
    assert [ground["clause"] for ground in result["grounds"]] == ["S0-7.4.3d"]


@pytest.mark.clause("S1-三(二)b", "S4-七g")
def test_the_fastest_treatment_comes_first_and_the_shortest_period_holds() -> None:
    result = decide("fast_lane", "fast_lane", {**SAME_DAY, "age": 17, "urgent": True})
    assert [ground["lane"] for ground in result["grounds"]] == ["accept_first", "same_day", "ordinary"]
    assert (result["lane"], result["working_days"]) == ("accept_first", 0)

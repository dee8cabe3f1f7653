"""What the analysis for authors finds in the shipped tables: nothing, under any policy of the place."""

import pytest

from shared.calendar import WorkCalendar
from shared.dmn.analysis import Finding, analyse
from shared.feel import Environment
from tests.workflows.decisions.deciding import NAMES, NOON, model, policy

EVERYTHING = (
    '{"eligibility.unlimited_scope": true, "eligibility.supplementary_scope": true,'
    ' "eligibility.local_exemptions": ["shaoxing", "nanning"], "fast_lane.accept_deficient": true,'
    ' "fast_lane.same_day.enabled": true}'
)


def findings(name: str, settings: str) -> tuple[Finding, ...]:
    around = Environment(now=lambda: NOON, calendar=WorkCalendar.chinese(), policy=policy(settings))
    return analyse(model(name), around)


@pytest.mark.parametrize("settings", ["{}", EVERYTHING], ids=["as shipped", "everything adopted"])
@pytest.mark.parametrize("name", NAMES)
def test_no_gap_no_overlap_no_row_that_is_never_used(name: str, settings: str) -> None:
    assert findings(name, settings) == ()


def test_lines_that_leave_no_room_for_a_grade_are_noticed() -> None:
    """Talks up to 55 with a pass from 60: nobody passes and is talked to, so that row is never used."""
    (finding,) = findings("quality_grade", '{"quality.talk_up_to": 55}')
    assert (finding.severity, finding.rule) == ("warning", 3)

"""What the reviewer reads of the tables when a case comes to the review."""

from typing import Any

import pytest

from shared.forms import render_form
from tests.workflows.answers import START
from tests.workflows.diagram import diagram
from tests.workflows.outcomes import decided, mapped
from tests.workflows.test_forms import OPTIONS, form


def advice(**changes: Any) -> dict[str, Any]:
    """The variables that the two tasks leave behind for this case."""
    variables = START | changes
    found: dict[str, Any] = {}
    for task in ("check_scope", "check_means_exemption"):
        node = diagram("review").nodes[task]
        found |= mapped(node.outputs(), variables | decided(node, variables))
    return found


@pytest.mark.clause("S0-4.1", "S0-4.2")
def test_scope_and_exemption_are_told_with_ground_and_clause() -> None:
    found = advice(matter="MAINTENANCE", category="MINIMUM_LIVING_ALLOWANCE")
    assert found["scope_advice"] == "属于援助范围：请求给付赡养费、抚养费、扶养费（条款 S0-4.1d）"
    assert found["means_advice"] == "免予审查经济状况：正在享受最低生活保障待遇的人员（条款 S0-4.2d）"
    assert found["scope_finding"]["eligible"] is True
    assert found["means_finding"]["exempt"] is True


def test_without_a_ground_the_reviewer_is_asked_to_look_and_nobody_is_refused() -> None:
    found = advice(matter="CONSUMER", category="NONE")
    assert found["scope_advice"] == "不属于援助范围：申请事项不属于法律援助的范围（条款 S0-4.1）"
    assert found["means_advice"] == "没有查到免予审查的依据，请按经济困难标准审查"
    assert found["means_finding"] == {"exempt": False, "grounds": []}


@pytest.mark.parametrize("name", ["propose_decision", "approve_decision"])
def test_those_who_decide_read_it_on_their_form(name: str) -> None:
    found = advice()
    html = render_form(form(name), found, {}, OPTIONS)
    assert found["scope_advice"] in html
    assert found["means_advice"] in html

"""Every path of a case: reachable, decided, valid for the contracts, and in the order of the case states."""

import pytest

from tests.workflows.diagram import MODELS, WORKFLOWS, diagram
from tests.workflows.walk import Journey


@pytest.fixture(scope="module")
def journey() -> Journey:
    return Journey().walk()


@pytest.mark.clause("S0-7.1")
@pytest.mark.clause("S0-7.1c")
def test_a_case_ends_in_one_of_four_ways_and_in_the_right_state(journey: Journey) -> None:
    assert journey.endings == {
        ("ended_archived", "ARCHIVED"),
        ("ended_refused", "REFUSED"),
        ("ended_withdrawn", "WITHDRAWN"),
        ("ended_withdrawn_deemed", "WITHDRAWN_DEEMED"),
    }


@pytest.mark.parametrize("name", MODELS)
def test_every_element_and_every_flow_is_on_some_path(journey: Journey, name: str) -> None:
    d = diagram(name)
    assert {node for node in d.nodes if (name, node) not in journey.nodes} == set()
    assert {flow.id for flow in d.flows if (name, flow.id) not in journey.flows} == set()


def test_reminders_never_move_the_state_of_a_case(journey: Journey) -> None:
    assert journey.aside_states == set()


def test_the_documentation_lists_every_element_with_its_clauses() -> None:
    drawn = {
        (name, node.id, node.name, node.properties()["clause"].replace(",", ", "))
        for name in MODELS
        for node in diagram(name).nodes.values()
        if "clause" in node.properties()
    }
    page = (WORKFLOWS.parent / "docs" / "process.md").read_text(encoding="utf-8")
    rows = page.partition("| --- | --- | --- | --- |\n")[2].partition("| --- | --- | --- | --- |\n")[2]
    cells = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows.splitlines()]
    assert {tuple(row) for row in cells} == drawn

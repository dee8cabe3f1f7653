"""Every path of a case: reachable, decided, valid for the contracts, and in the order of the case states."""

import pytest

from shared.contracts.case_states import CASE_STATES, may_follow
from tests.workflows.diagram import MODELS, WORKFLOWS, diagram
from tests.workflows.walk import Journey


@pytest.fixture(scope="module")
def journey() -> Journey:
    return Journey().walk()


@pytest.mark.clause("S0-7.1")
@pytest.mark.clause("S0-7.1c")
def test_a_case_ends_in_one_of_four_ways_and_in_the_right_state(journey: Journey) -> None:
    endings = {(node, state) for process, node, state in journey.endings if process == "legal_aid_case"}
    assert endings == {
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


def test_a_process_beside_the_case_never_speaks_of_its_state(journey: Journey) -> None:
    assert {state for process, _, state in journey.endings if process != "legal_aid_case"} <= {None}


def test_beside_the_handling_only_a_suspension_moves_the_state_of_a_case(journey: Journey) -> None:
    assert journey.aside_states == {"SUSPENDED", "HANDLING"}


def test_every_move_of_the_table_is_drawn_but_those_still_to_come(journey: Journey) -> None:
    states = [None, *CASE_STATES]
    table = {(before, after) for before in states for after in CASE_STATES if may_follow(before, after)}
    before_the_diagrams = {(None, "DRAFT"), ("DRAFT", "SUBMITTED")}
    not_yet_drawn = {
        ("UNDER_REVIEW", "GRANTED_PROVISIONAL"),
        ("GRANTED_PROVISIONAL", "GRANTED"),
        ("GRANTED_PROVISIONAL", "DISPATCHING"),
        ("GRANTED_PROVISIONAL", "TERMINATING"),
        ("UNDER_REVIEW", "DRAFTING_ONLY"),
        ("UNDER_REVIEW", "TRANSFERRED"),
    }
    assert table - set(journey.moves) == before_the_diagrams | not_yet_drawn


@pytest.mark.parametrize(
    ("move", "drawn_in"),
    [
        ((None, "SUBMITTED"), {"legal_aid_case"}),
        ((None, "REGISTERED"), {"notice_registration"}),
        (("REFUSED", "UNDER_REVIEW"), {"review"}),
        (("REFUSED", "GRANTED"), {"legal_aid_case"}),
        (("HANDLING", "SUSPENDED"), {"suspension"}),
        (("HANDLING", "DISPATCHING"), {"dispatch"}),
        (("SUSPENDED", "DISPATCHING"), {"dispatch"}),
        (("SUSPENDED", "TERMINATING"), {"legal_aid_case"}),
        (("CLOSING_REVIEW", "TERMINATING"), {"legal_aid_case"}),
        (("CLOSED", "ASSESSING"), {"assessment"}),
        (("TERMINATING", "TERMINATED"), {"termination_closing"}),
        (("TERMINATED", "DISPATCHING"), {"dispatch"}),
        (("TERMINATED", "ARCHIVED"), {"legal_aid_case"}),
    ],
)
def test_the_side_paths_move_the_case_where_they_should(
    journey: Journey, move: tuple[str | None, str], drawn_in: set[str]
) -> None:
    assert journey.moves[move] == drawn_in


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

"""Who must not do which human task: one line for every task of every diagram."""

import pytest

from tests.workflows.diagram import MODELS, diagram

HANDLING = frozenset({
    "sign_agreement", "hold_first_meeting", "receive_case", "hand_over_case", "report_progress",
    "propose_solution", "report_nonlitigation", "submit_closing_file", "correct_closing_file",
})  # fmt: skip
"""What a handler does: whoever did any of it, for themselves or for another, worked on the case."""
NOBODY: dict[str, str | frozenset[str]] = {}
HANDLER, FIRM, REPORTER = "=[handler_id]", "=firm_path", "=[reported_by]"
REQUESTER = "=[requested_by]"

KEPT_AWAY: dict[str, dict[str, str | frozenset[str]]] = {
    # application: who applied is kept away from everything by the engine itself
    "serve_notice_otherwise": NOBODY,
    "examine_materials": NOBODY,
    "propose_decision": NOBODY,
    "approve_decision": {
        "separateFrom": frozenset({"examine_materials", "propose_decision"}),
        "separateFromWhen": '=policy("review.four_eyes")',
    },
    "explain_by_phone": NOBODY,
    "review_objection": {
        "separateFromCase": frozenset({"examine_materials", "propose_decision", "approve_decision"}),
    },
    "review_termination_objection": {
        "separateFromCase": frozenset({"verify_termination", "approve_termination"}),
    },
    # giving the case to a handler
    "resolve_nobody_available": NOBODY,
    "respond_to_assignment": NOBODY,
    "decide_change": {"separateFromPersons": REQUESTER, "separateFromCase": HANDLING},
    "approve_change": {
        "separateFrom": frozenset({"decide_change"}), "separateFromPersons": REQUESTER,
        "separateFromCase": HANDLING,
    },
    "deliver_letter": NOBODY,
    # the handler's own work
    **dict.fromkeys(HANDLING, NOBODY),
    "resume_handling": NOBODY,
    # ending it
    "verify_termination": {"separateFromPersons": REPORTER},
    "approve_termination": {
        "separateFrom": frozenset({"verify_termination"}), "separateFromPersons": REPORTER,
    },
    "review_closing_file": {
        "separateFrom": frozenset({"submit_closing_file", "correct_closing_file"}),
        "separateFromPersons": HANDLER, "separateFromCase": HANDLING,
    },
    "assess_quality": {
        "separateFromPersons": HANDLER, "separateFromFirm": FIRM, "separateFromCase": HANDLING,
    },
    "recheck_quality": {
        "separateFrom": frozenset({"assess_quality"}), "separateFromPersons": HANDLER,
        "separateFromFirm": FIRM, "separateFromCase": HANDLING,
    },
}  # fmt: skip
TASKS = {
    node.id: node.properties()
    for name in MODELS
    for node in diagram(name).nodes.values()
    if node.kind == "userTask"
}


def kept_away(properties: dict[str, str]) -> dict[str, str | frozenset[str]]:
    """Every rule of separation that a task has."""
    return {
        name: frozenset(value.split(",")) if name in ("separateFrom", "separateFromCase") else value
        for name, value in properties.items()
        if name.startswith("separateFrom")
    }


def test_every_human_task_is_in_the_table() -> None:
    assert set(TASKS) == set(KEPT_AWAY)


@pytest.mark.parametrize("element", sorted(KEPT_AWAY))
def test_who_must_not_do_it(element: str) -> None:
    assert kept_away(TASKS[element]) == KEPT_AWAY[element]


def test_a_task_without_its_rule_would_be_noticed() -> None:
    assert kept_away({"separateFrom": "a,b", "clause": "x"}) == {"separateFrom": frozenset({"a", "b"})}
    assert kept_away({"clause": "x"}) == NOBODY

"""How the diagrams speak with one another and with people: stages, messages and notices."""

from pathlib import Path

import pytest

from tests.workflows.diagram import MODELS, Node, diagram
from tests.workflows.messages import LEADS_TO, MESSAGES, STARTS

STAGES = ["registration", "review", "dispatch", "handling", "closing"]
NOTICES = Path(__file__).parents[2] / "services" / "notify" / "notices"


def sending(task_type: str) -> list[Node]:
    sent = [n for name in MODELS for n in diagram(name).nodes.values() if n.kind == "sendTask"]
    return [node for node in sent if node.task_type() == task_type]


SENT_BY_PEOPLE = {"recusal", "recusal_lifted"}
"""What workflow tells when somebody withdraws from a case: no diagram draws it."""


def test_notices_use_known_templates_and_every_template_is_sent() -> None:
    notices = sending("notify.send_notice")
    templates = {node.inputs()["template"].strip('="') for node in notices}
    assert templates.isdisjoint(SENT_BY_PEOPLE)
    assert templates | SENT_BY_PEOPLE == {path.stem for path in NOTICES.glob("*.yaml")}


def test_a_message_between_processes_is_caught_and_says_where_it_leads() -> None:
    for node in sending("workflow.correlate_message"):
        inputs = node.inputs()
        message = inputs["name"].strip('="')
        assert f"message_{message}" in MESSAGES, node.id
        assert inputs["correlation_key"] == "=case_id", node.id
        assert inputs["leading_to"] == f'="{LEADS_TO[message]}"', node.id


@pytest.mark.parametrize("name", MODELS)
def test_messages_are_correlated_by_the_case(name: str) -> None:
    d = diagram(name)
    caught = {node.message() for node in d.nodes.values() if node.message()}
    assert caught == {f"message_{message}" for message in d.messages()}
    begin = {start.message() for start in d.starts() if start.message()}
    assert begin <= {f"message_{message}" for message in STARTS}
    keys = {f"message_{message}": key for message, key in d.messages().items()}
    assert keys == {message: None if message in begin else "=case_id" for message in keys}


@pytest.mark.clause("S0-7.1")
@pytest.mark.clause("S0-7.2")
def test_the_five_stages_follow_each_other_as_in_figure_1() -> None:
    d = diagram("legal_aid_case")
    stage = {node.id: node.properties()["stage"] for node in d.nodes.values() if "stage" in node.properties()}
    here, found = "application_submitted", []
    while True:
        found += [stage[here]] if here in stage else []
        if d.nodes[here].kind == "subProcess" and here not in stage:
            here = d.start(here).id
        following = [f.target for f in d.outgoing(here) if f.name in ("", "给予援助")]
        if not following:
            break
        (here,) = following
    assert found == STAGES


def test_every_way_into_the_case_goes_through_stages_of_the_standard() -> None:
    d = diagram("legal_aid_case")
    calls = {n.id: n.properties().get("stage") for n in d.nodes.values() if n.kind == "callActivity"}
    inside = {call for call in calls if "handling_stage" in d.ancestors(call)}
    assert {stage for call, stage in calls.items() if call not in inside} == set(STAGES) - {"handling"}
    assert {calls[call] for call in inside} == {None}
    assert calls["call_notice_registration"] == "registration"
    assert calls["call_termination_closing"] == "closing"

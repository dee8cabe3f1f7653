"""Every name in a diagram means something, and every rule of the house for diagrams is kept."""

import csv
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from shared.contracts.case_states import CASE_STATES
from shared.feel import compile_expression
from shared.messaging.contract import Command, message_class
from tests.workflows.answers import START
from tests.workflows.decisions.deciding import model as decision_model
from tests.workflows.diagram import MODELS, NS, WORKFLOWS, Diagram, Node, diagram

ROLES = {
    "clerk": "受理人员",
    "reviewer": "审查人员",
    "approver": "审批负责人",
    "dispatcher": "指派人员",
    "firm_manager": "承办机构负责人",
    "closing_reviewer": "结案审查人员",
    "assessor": "评估人员",
    "expert": "复核专家",
    "bureau_reviewer": "异议复查人员",
    "process_owner": "流程管理员",
}
HANDLER_LANE = "承办人员"
HANDLERS = {"=handler_id", "=previous_handler_id"}
PLAIN_ANSWERS = {"radio", "select", "datetime", "checkbox"}
PROPERTIES = {
    "stage", "caseState", "separateFrom", "separateFromPersons", "separateFromFirm", "separateFromCase",
    "separateFromWhen", "submission", "organisation", "pausesDeadlines", "clause",
}  # fmt: skip
TOLD = {"notify.send_notice", "workflow.correlate_message"}
every_model = pytest.mark.parametrize("name", MODELS)


def of_kind(d: Diagram, *kinds: str) -> list[Node]:
    return [node for node in d.nodes.values() if node.kind in kinds]


def expressions(d: Diagram) -> Iterator[str]:
    """Every FEEL text of the diagram."""
    for element in d.root.iter(etree.Element):
        texts = [*element.attrib.values(), element.text or ""]
        yield from (text for text in texts if text.startswith("="))


def all_user_tasks() -> dict[str, str]:
    """Element id -> form id, over all diagrams."""
    tasks = [node for name in MODELS for node in of_kind(diagram(name), "userTask")]
    assert len({task.id for task in tasks}) == len(tasks), "submissions are found by the id of their task"
    return {task.id: task.zeebe("formDefinition")[0].get("formId") for task in tasks}


@every_model
def test_the_file_is_valid_bpmn_2(name: str) -> None:
    package = find_spec("SpiffWorkflow")
    assert package is not None
    assert package.origin is not None
    schemas = Path(package.origin).parent / "bpmn" / "parser" / "schema"
    schema = etree.XMLSchema(etree.parse(schemas / "BPMN20.xsd"))
    schema.assertValid(etree.parse(WORKFLOWS / f"{name}.bpmn"))


@every_model
def test_the_file_is_named_after_its_one_executable_process(name: str) -> None:
    (process,) = diagram(name).root.findall("bpmn:process", NS)
    assert (process.get("id"), process.get("isExecutable")) == (name, "true")
    assert process.findtext("bpmn:documentation", "", NS)


@every_model
def test_ids_are_unique_and_ends_of_flows_exist(name: str) -> None:
    d = diagram(name)
    ids = [element.get("id") for element in d.root.iter(etree.Element) if element.get("id")]
    assert len(ids) == len(set(ids))
    for flow in d.flows:
        assert d.nodes[flow.source].parent == d.nodes[flow.target].parent, flow.id


@every_model
def test_each_node_lists_the_flows_that_reach_and_leave_it(name: str) -> None:
    d = diagram(name)
    for node in d.nodes.values():
        for kind, flows in (("incoming", d.incoming(node.id)), ("outgoing", d.outgoing(node.id))):
            listed = [element.text for element in node.xml.findall(f"bpmn:{kind}", NS)]
            assert sorted(listed) == sorted(flow.id for flow in flows), node.id


@every_model
def test_service_tasks_are_commands_tried_five_times(name: str) -> None:
    for node in of_kind(diagram(name), "serviceTask", "sendTask"):
        cls = message_class(node.task_type())
        assert cls is not None, node.id
        assert issubclass(cls, Command), node.id
        assert node.zeebe("taskDefinition")[0].get("retries") == "5", node.id
        assert (node.kind == "sendTask") == (node.task_type() in TOLD), node.id


@every_model
def test_an_answer_never_spills_into_the_variables(name: str) -> None:
    """Without output mappings the whole answer would be merged, lists of documents included."""
    for node in of_kind(diagram(name), "serviceTask", "sendTask", "businessRuleTask", "callActivity"):
        assert node.outputs(), node.id


@every_model
def test_called_decisions_exist_and_are_given_all_they_ask_for(name: str) -> None:
    """Each input of the table's file is a variable of the case or mapped at the task."""
    for node in of_kind(diagram(name), "businessRuleTask"):
        (called,) = node.zeebe("calledDecision")
        asked = {entry.name for entry in decision_model(called.get("decisionId")).inputs}
        assert asked <= set(START) | set(node.inputs()), node.id


def test_every_form_is_used_and_every_named_form_exists() -> None:
    intakes_own = {"apply", "notice"}
    forms = {path.stem for path in (WORKFLOWS / "forms").glob("*.form")} - intakes_own
    assert set(all_user_tasks().values()) == forms


@every_model
def test_submissions_and_separation_name_human_tasks(name: str) -> None:
    known = all_user_tasks()
    for node in diagram(name).nodes.values():
        for key in ("submission", "separateFrom", "separateFromCase"):
            named = [e for e in node.properties().get(key, "").split(",") if e]
            assert set(named) <= set(known) - {node.id}, node.id


@pytest.mark.clause("S0-7.4.3d")
def test_three_marks_watch_the_decision_period() -> None:
    marks = {
        node.id: (node.timer(), node.xml.get("cancelActivity"))
        for node in diagram("review").boundaries("examination_and_decision")
        if node.timer()
    }
    assert marks == {
        "first_warning_reached": ("=date and time(decision_period.first_warning)", "false"),
        "second_warning_reached": ("=date and time(decision_period.second_warning)", "false"),
        "decision_overdue": ("=date and time(decision_period.due)", "false"),
    }


def test_the_approver_is_a_third_person() -> None:
    task = diagram("review").nodes["approve_decision"]
    assert set(task.properties()["separateFrom"].split(",")) == {"propose_decision", "examine_materials"}


@every_model
def test_human_tasks_stand_in_the_lane_of_their_role(name: str) -> None:
    d = diagram(name)
    for task in of_kind(d, "userTask"):
        assert task.zeebe("userTask"), task.id
        (assignment,) = task.zeebe("assignmentDefinition")
        groups = [group for group in assignment.get("candidateGroups", "").split(",") if group]
        wanted = [ROLES[group] for group in groups] or [HANDLER_LANE]
        assert all(role in d.lane_name(task.id) for role in wanted), task.id
        if not groups:
            assert assignment.get("assignee") in HANDLERS, task.id


@every_model
def test_only_codes_dates_and_choices_become_variables(name: str) -> None:
    for task in of_kind(diagram(name), "userTask"):
        form = json.loads((WORKFLOWS / "forms" / f"{all_user_tasks()[task.id]}.form").read_text())
        plain = {c.get("key") for c in form["components"] if c["type"] in PLAIN_ANSWERS}
        for text in task.outputs().values():
            assert compile_expression(text).variables <= plain, task.id


@every_model
def test_calls_name_processes_of_this_folder(name: str) -> None:
    for node in of_kind(diagram(name), "callActivity"):
        (called,) = node.zeebe("calledElement")
        assert called.get("processId") in MODELS, node.id
        assert called.get("propagateAllChildVariables") == "false", node.id


@every_model
def test_states_and_clauses_exist(name: str) -> None:
    with (Path(__file__).parents[2] / "docs" / "clauses.csv").open(encoding="utf-8-sig") as file:
        clauses = {row["id"] for row in csv.DictReader(file)}
    for node in diagram(name).nodes.values():
        properties = node.properties()
        assert set(properties) <= PROPERTIES, node.id
        assert {s for s in [properties.get("caseState")] if s} <= set(CASE_STATES), node.id
        assert {c for c in properties.get("clause", "").split(",") if c} <= clauses, node.id


@every_model
def test_numbers_come_from_the_policy(name: str) -> None:
    for text in expressions(diagram(name)):
        periods = re.findall(r"days after\((?:[^()]|\([^()]*\))*\)", text)
        assert all('policy("' in period for period in periods), text
        assert not re.search(r'duration\("(?!PT1H"\) \* policy)', text), text

"""Deploying: immutable versions, and every fault said before anything is kept."""

import pytest
import sqlalchemy as sa

from services.workflow.deploying.deployments import deploy_folder, deploy_resources
from services.workflow.models import FormVersion, ModelVersion, StartMessage
from services.workflow.problems import DeploymentRefused
from tests.rig import ROOT
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    job,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    user,
)
from tests.services.workflow.house import form

LINE = file(process(start(), user("a"), end(), flows("s a e")))


def refused(house, *resources):
    with pytest.raises(DeploymentRefused) as error:
        house.deploy(*resources)
    assert house.rows(ModelVersion) == []
    assert house.rows(FormVersion) == []
    return [(f["element"], f["rule"]) for f in error.value.details["faults"]]


def test_the_same_content_keeps_its_version(house):
    [first] = house.deploy(LINE)
    assert house.deploy(LINE) == [first]
    [changed] = house.deploy(LINE.replace(b'id="a"', b'id="a" name="new"'))
    assert (first[1], changed[1]) == (1, 2)
    assert first[0] != changed[0]


def test_forms_have_versions_too(house):
    first = house.deploy(form("f", a=""))
    assert house.deploy(form("f", a="")) == first
    assert house.deploy(form("f", b=""))[0][1] == 2


def test_start_messages_belong_to_the_newest_version(house):
    def started_by(name):
        by_message = process(start("s", message("m")), user("a"), end(), flows("s a e"))
        return file(by_message, extra=message_def("m", name, None))

    house.deploy(started_by("one"))
    house.deploy(started_by("two"))
    assert [m.name for m in house.rows(StartMessage)] == ["two"]


def test_what_was_understood_is_answered_and_kept_with_the_version(house):
    silent = file(process(user("a"), end(), flows("a e"))).replace(b' isExecutable="true"', b"")
    for _ in range(2):
        with house.work() as work:
            deployment = deploy_resources(work, [("silent.bpmn", silent)], "tester")
        told = [(n.resource, n.element, n.rule) for n in deployment.notes]
        assert told == [
            ("silent.bpmn", "p", "executable-assumed"),
            ("silent.bpmn", "p", "start-event-required"),
        ]
    [version] = house.rows(ModelVersion)
    assert version.notes == [note.as_dict() for note in deployment.notes]
    page = house.client("process_owner").get("/workflow/models").get_data(as_text=True)
    assert "读入时的说明（2）" in page
    assert deployment.notes[1].reason_zh in page


def test_a_rule_made_later_does_not_stop_what_was_deployed_before(house):
    once = LINE.replace(b'id="a"', b'id="a" name="once"')  # a content that no program is kept of yet
    house.deploy(once)
    older = once.replace(b'name="once"', b'startQuantity="2"')  # refused today
    with house.work() as work:
        work.session.execute(sa.update(ModelVersion).values(xml=older))
    house.start()
    assert house.open_tasks() == ["a"]


BROKEN = {
    "bad structure": (
        file(process(start(), node("serviceTask", "a"), end(), flows("s a e"))),
        ("a", "task-type-missing"),
    ),
    "syntax": (
        file(process(start(), user("a", ext('assignmentDefinition assignee="=1 +"')), end(), flows("s a e"))),
        ("a", "feel-syntax"),
    ),
    "our unknown type": (
        file(process(start(), job("a", type="review.note_deadlin"), end(), flows("s a e"))),
        ("a", "task-type-unknown"),
    ),
    "an answer as type": (
        file(process(start(), job("a", type="review.deadline_noted"), end(), flows("s a e"))),
        ("a", "task-type-unknown"),
    ),
    "missing form": (
        file(process(start(), user("a", ext('formDefinition formId="f"')), end(), flows("s a e"))),
        ("a", "form-missing"),
    ),
    "missing process": (
        file(
            process(
                start(), node("callActivity", "a", ext('calledElement processId="q"')), end(), flows("s a e")
            )
        ),
        ("a", "process-missing"),
    ),
    "unknown state": (
        file(process(start(), marked("userTask", "a", caseState="DONE"), end(), flows("s a e"))),
        ("a", "case-state"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_said_and_nothing_is_kept(house, name):
    xml, fault = BROKEN[name]
    assert refused(house, xml, form("g", a="")) == [fault]


def test_a_state_that_may_not_follow_is_refused(house):
    xml = file(
        process(
            marked("startEvent", "s", message("m"), caseState="SUBMITTED"),
            marked("userTask", "a", caseState="GRANTED"),
            end(),
            flows("s a e"),
        ),
        extra=message_def("m", "submitted", None),
    )
    assert refused(house, xml) == [("a", "case-state")]


VIDEO = b'{"id": "f", "components": [{"type": "video"}]}'


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"id": "f"}', VIDEO])
def test_a_broken_form_is_refused(house, content):
    assert refused(house, content)


def test_outsiders_types_are_allowed(house):
    house.deploy(file(process(start(), job("a", type="io.camunda:http-json:1"), end(), flows("s a e"))))


def test_files_of_other_kinds_and_nothing_are_refused(house):
    for resources in ([], [("a.dmn", b"<x/>")]):
        with pytest.raises(DeploymentRefused), house.work() as work:
            deploy_resources(work, resources, "tester")


def test_a_form_deployed_together_is_found(house):
    xml = file(process(start(), user("a", ext('formDefinition formId="f"')), end(), flows("s a e")))
    assert len(house.deploy(xml, form("f", a=""))) == 2


def test_the_models_of_the_house_are_deployed_once(house):
    for _ in range(2):
        deploy_folder(house.runtime, ROOT / "workflows")
    assert {m.version for m in house.rows(ModelVersion)} == {1}
    assert {f.version for f in house.rows(FormVersion)} == {1}
    begun = {(m.process_id, m.name) for m in house.rows(StartMessage)}
    ways_in = {"application_submitted", "notice_received", "refusal_overturned"}
    assert {name for process, name in begun if process == "legal_aid_case"} == ways_in

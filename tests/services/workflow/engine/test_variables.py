"""Whose variables are whose, and what an element is given."""

import pytest

from services.workflow.engine.journal import Activated, Incident, JobOpened, TaskOpened
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    io,
    node,
    process,
    start,
    user,
)

SUB = file(
    process(
        start(),
        node(
            "subProcess",
            "sub",
            io("in mine = outer + 1", "out result = mine * 2"),
            start("is"),
            user("a"),
            user("b"),
            end("ie"),
            flows("is a b ie"),
        ),
        user("z"),
        end(),
        flows("s sub z e"),
    )
)


def test_a_sub_process_has_variables_of_its_own(walk):
    case = walk(SUB, outer=1)
    case.complete("a", mine=10, new=5)
    assert case.variables == {"outer": 1, "new": 5}
    case.complete("b")
    assert case.variables == {"outer": 1, "new": 5, "result": 20}
    assert case.stored.keys() == {1}
    case.complete("z")
    assert case.ended


def test_journal_says_where_an_element_lies(walk):
    case = walk(SUB, outer=1)
    moves = {m.node.id: m for m in case.details(Activated)}
    assert moves["sub"].scope == 1
    assert moves["a"].scope == moves["sub"].key


def test_results_without_mapping_go_to_the_nearest_scope_that_has_the_name(walk):
    case = walk(
        file(process(start(), node("userTask", "a", io("in x = 1")), end(), flows("s a e"))), x=0, y=0
    )
    case.complete("a", x=5, y=6, z=7)
    assert case.variables == {"x": 0, "y": 6, "z": 7}


def test_output_mappings_see_the_results_and_only_they_leave(walk):
    xml = file(
        process(
            start(),
            node("userTask", "a", io("out ok = decision = &quot;yes&quot;", "out case.ok = ok")),
            end(),
            flows("s a e"),
        )
    )
    case = walk(xml, case={"number": 3})
    case.complete("a", decision="yes", secret="x")
    assert case.variables == {"case": {"number": 3, "ok": True}, "ok": True}


def test_a_mapping_that_fails_is_an_incident_and_keeps_the_results(walk):
    case = walk(
        file(
            process(
                start(),
                node("userTask", "a", io("out n = if d = 0 then [1..2] else 10 / d")),
                user("z"),
                end(),
                flows("s a z e"),
            )
        ),
        d=0,
    )
    case.complete("a", secret=1)
    assert case.waiting == ["!a"]
    assert case.details(Incident)[0].kind == "IO_MAPPING_ERROR"
    case.set(d=5)
    case.resolve("a")
    assert case.variables == {"d": 5, "n": 2}
    assert case.waiting == ["z"]


def test_a_job_shows_its_own_variables_type_and_headers(walk):
    details = ext(
        'taskDefinition type="review.note" retries="5"',
        'taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders',
    )
    details = details.replace("</zeebe:taskHeaders/>", "</zeebe:taskHeaders>").replace(
        "</extensionElements>",
        '<zeebe:ioMapping><zeebe:input source="=m" target="mark"/></zeebe:ioMapping></extensionElements>',
    )
    case = walk(
        file(process(start(), node("serviceTask", "j", details), end(), flows("s j e"))), m="warn_50", other=1
    )
    [opened] = case.details(JobOpened)
    assert (opened.type, opened.retries, opened.variables) == ("review.note", 5, {"mark": "warn_50"})
    assert opened.headers == {"k": "v"}


def test_a_task_shows_who_may_do_it_and_until_when(walk):
    details = ext(
        'formDefinition formId="examine"',
        'assignmentDefinition candidateGroups="reviewer, clerk" candidateUsers="=people" assignee="=who"',
        'taskSchedule dueDate="=due" followUpDate="2026-05-01T00:00:00Z"',
        'priorityDefinition priority="80"',
    )
    xml = file(process(start(), user("a", details), end(), flows("s a e")))
    case = walk(xml, people=["ann"], who=None, due="2026-04-01T10:00:00+08:00")
    [task] = case.details(TaskOpened)
    assert (task.form_id, task.candidate_groups, task.candidate_users) == (
        "examine",
        ("reviewer", "clerk"),
        ("ann",),
    )
    assert (task.assignee, task.priority, task.due.hour, task.follow_up.month) == (None, 80, 2, 5)


@pytest.mark.parametrize(("attribute", "value"), [("people", "=3"), ("who", ["x"]), ("due", "soon")])
def test_a_task_that_names_nobody_rightly_is_an_incident(walk, attribute, value):
    details = ext(
        'assignmentDefinition candidateUsers="=people" assignee="=who"', 'taskSchedule dueDate="=due"'
    )
    xml = file(process(start(), user("a", details), end(), flows("s a e")))
    given = {"people": ["ann"], "who": "ann", "due": None, attribute: value if attribute != "people" else 3}
    assert walk(xml, **given).waiting == ["!a"]


def test_a_script_is_an_expression(walk):
    xml = file(
        process(
            start(),
            node("scriptTask", "x", ext('script expression="=a + 1" resultVariable="b"')),
            user("z"),
            end(),
            flows("s x z e"),
        )
    )
    assert walk(xml, a=1).variables == {"a": 1, "b": 2}

"""Models of other modellers run where their meaning is clear, and what was done is noted."""

from pathlib import Path

import pytest

from services.workflow.engine import ModelRefused, parse
from services.workflow.engine.parsing.notes import NOTES
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    file,
    flows,
    link,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.engine.walk import Walk

C7 = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
LINE = (start(), user("a"), end(), flows("s a e"))
NOT = process(*LINE).replace(' isExecutable="true"', "")


def notes(xml):
    """Element and rule of every note of the first process."""
    return [(note.element_id, note.rule) for note in parse(xml)[0].notes]


def rules(xml):
    """Why a file is refused."""
    with pytest.raises(ModelRefused) as refused:
        parse(xml)
    return [(error.element_id, error.rule) for error in refused.value.errors]


# Which process is executed ------------------------------------------------------------------------------


def test_the_only_process_is_executable_unless_it_says_no(walk):
    assert notes(file(NOT)) == [("p", "executable-assumed")]
    assert walk(file(NOT)).waiting == ["a"]
    assert notes(file(NOT, '<process id="empty"/>')) == [("p", "executable-assumed")]
    assert rules(file(NOT.replace("<process", '<process isExecutable="false"'))) == [
        ("", "nothing-executable")
    ]


def test_of_two_silent_processes_none_is_chosen():
    second = '<process id="q"><startEvent id="t"/></process>'
    assert rules(file(NOT, second)) == [("", "nothing-executable")]
    marked = process(*LINE)
    assert [d.process_id for d in parse(file(marked, second))] == ["p"]
    assert notes(file(marked, second)) == [("q", "not-executable")]
    assert notes(file(marked.replace("true", "1"), second)) == [("q", "not-executable")]


def test_pools_without_process_and_message_flows_are_left_out(walk):
    drawn = (
        '<collaboration id="c"><participant id="us" processRef="p"/><participant id="them" name="法院"/>'
        '<messageFlow id="mf" sourceRef="a" targetRef="them"/></collaboration>'
    )
    assert notes(file(drawn, process(*LINE))) == [("them", "black-box-pool"), ("mf", "message-flow")]
    assert "法院" in parse(file(drawn, process(*LINE)))[0].notes[0].zh
    assert walk(file(drawn, process(*LINE))).waiting == ["a"]


# Starts and ends ----------------------------------------------------------------------------------------


def test_without_a_start_event_everything_begins_that_nothing_leads_to(walk):
    xml = file(process(user("a"), user("b"), user("c"), end(), flows("a c e", "b e")))
    assert notes(xml) == [("p", "start-event-required")]
    case = walk(xml)
    assert case.waiting == ["a", "b"]
    case.complete("a")
    case.complete("b")
    assert case.waiting == ["c"]
    case.complete("c")
    assert case.ended


def test_what_events_and_links_lead_to_does_not_begin_by_itself(walk):
    parts = (
        user("a"), boundary("late", "a", timer("Duration", "P1D")), user("chase"), flows("late chase"),
        node("intermediateThrowEvent", "jump", link("on")), flows("a jump"),
        node("intermediateCatchEvent", "land", link("on")), user("b"), flows("land b"),
        event_sub("v", message("m"), user("heard"), flows("v_s heard")),
    )  # fmt: skip
    case = walk(file(process(*parts), extra=message_def("m", "m")), case_id="1")
    assert case.waiting == ["a", "late", "v_s"]
    case.complete("a")
    assert case.waiting == ["b", "v_s"]


def test_a_sub_process_needs_neither_start_nor_end(walk):
    xml = file(
        process(start(), node("subProcess", "x", user("i"), user("j"), flows("i j")), end(), flows("s x e"))
    )
    assert notes(xml) == [("x", "start-event-required"), ("j", "no-implicit-end")]
    case = walk(xml)
    case.complete("i")
    assert not case.ended
    case.complete("j")
    assert case.ended


def test_an_empty_sub_process_is_passed_through(walk):
    xml = file(process(start(), node("subProcess", "x"), user("a"), flows("s x a")))
    assert notes(xml) == [("x", "empty-sub-process"), ("a", "no-implicit-end")]
    assert walk(xml).waiting == ["a"]


def test_a_path_ends_where_no_flow_goes_on(walk):
    xml = file(process(start(), user("a"), node("parallelGateway", "g"), flows("s a g")))
    assert notes(xml) == [("g", "no-implicit-end")]
    case = walk(xml)
    case.complete("a")
    assert case.ended


# What is only drawn, and what other tools add -------------------------------------------------------------


def test_data_is_left_out_with_a_note(walk):
    xml = file(process(
        '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/><dataStoreReference id="ds"/>',
        start(), user("a", '<dataInputAssociation id="in"/><dataInputAssociation id="in2"/>'),
        user("b", "<ioSpecification/>", "<potentialOwner/>"), end(), flows("s a b e"),
    ))  # fmt: skip
    assert notes(xml) == [
        ("d", "data-ignored"), ("dr", "data-ignored"), ("ds", "data-ignored"), ("a", "data-ignored"),
        ("b", "data-ignored"), ("b", "people-ignored"),
    ]  # fmt: skip
    assert walk(xml).waiting == ["a"]


def test_what_is_drawn_for_people_needs_no_note(walk):
    xml = file(process(
        "<documentation>x</documentation>",
        '<laneSet><lane id="l" name="outer"><flowNodeRef>a</flowNodeRef><childLaneSet>'
        '<lane id="m" name="inner"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>',
        *LINE, '<textAnnotation id="t"/><association id="as" sourceRef="a" targetRef="t"/><group id="g"/>',
    ))  # fmt: skip
    assert notes(xml) == []
    assert parse(xml)[0].nodes["a"].lane == "inner"
    assert walk(xml).waiting == ["a"]


def test_harmless_settings_of_other_tools_are_left_out():
    extra = '<extensionElements><sig:meta xmlns:sig="http://www.signavio.com"/></extensionElements>'
    task = node("userTask", "a", extra).replace("<userTask", f'<userTask {C7} camunda:asyncBefore="true"')
    found = parse(file(process(start(), task, end(), flows("s a e"))))[0].notes
    assert [(n.element_id, n.rule) for n in found] == [("a", "vendor-ignored"), ("a", "vendor-ignored")]
    assert {n.zh.partition(":")[2] for n in found} == {
        "http://camunda.org/schema/1.0/bpmn (1)", "http://www.signavio.com (1)",
    }  # fmt: skip


@pytest.mark.parametrize(
    "setting",
    [
        'camunda:class="org.example.Pay"', 'camunda:expression="${pay}"', 'camunda:type="external"',
        'camunda:candidateGroups="clerk"', 'camunda:formKey="f"', 'camunda:decisionRef="d"',
    ],
)  # fmt: skip
def test_settings_that_another_engine_would_execute_are_refused(setting):
    task = user("a").replace("<userTask", f"<userTask {C7} {setting}")
    assert rules(file(process(start(), task, end(), flows("s a e")))) == [("a", "vendor-behaviour")]


def test_listeners_and_mappings_of_another_engine_are_refused():
    extra = f"<extensionElements {C7}><camunda:executionListener/><camunda:inputOutput/></extensionElements>"
    xml = file(process(start(), user("a", extra), end(), flows("s a e")))
    assert rules(xml) == [("a", "vendor-behaviour"), ("a", "vendor-behaviour")]


def test_a_called_process_may_be_named_as_bpmn_does(walk):
    called = process(start("t"), user("inner"), flows("t inner"), id="q")
    xml = file(
        process(start(), node("callActivity", "c", calledElement="tns:q"), end(), flows("s c e")), called
    )
    assert notes(xml) == [("c", "called-element")]
    case = walk(xml)
    case.complete("inner", x=1)
    assert (case.ended, case.variables) == (True, {"x": 1})


# Ids and languages --------------------------------------------------------------------------------------


def test_flows_without_ids_are_named_by_their_ends(walk):
    drawn = '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="e"/>'
    xml = file(process(start(), user("a"), end(), drawn))
    assert notes(xml) == [("s", "flow-id-missing"), ("a", "flow-id-missing")]
    case = walk(xml)
    case.complete("a")
    assert case.ended


def test_an_element_without_an_id_is_found_by_its_line():
    with pytest.raises(ModelRefused, match=r"userTask 审查 \(line 1\)"):
        parse(file(process(*LINE, '<userTask name="审查"/>')))


def test_a_condition_that_says_it_is_feel_needs_no_sign(walk):
    ways = (
        flows("s g", "g b", "g a ?x")
        .replace("=x", "x")
        .replace(
            "<conditionExpression",
            '<conditionExpression language="https://www.omg.org/spec/DMN/20191111/FEEL/"',
        )
    )
    xml = file(process(start(), node("exclusiveGateway", "g", default="g-b"), user("a"), user("b"), ways))
    assert ("g-a", "feel-language") in notes(xml)
    assert walk(xml, x=True).waiting == ["a"]


def test_every_note_is_tested_here():
    files = (Path(__file__), Path(__file__).with_name("test_ways_out.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [rule for rule in NOTES if f'"{rule}")' not in text] == []


def test_a_model_read_again_says_the_same():
    xml = file(process(user("a"), node("subProcess", "x"), flows("a x")))
    assert parse(xml)[0].notes == parse(xml)[0].notes
    assert Walk(xml, durable=True).waiting == ["a"]

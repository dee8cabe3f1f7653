"""Signals thrown and heard, and escalations on their way out."""

import pytest

from services.workflow.engine import ModelRefused, parse
from services.workflow.engine.journal import SignalAwaited, SignalThrown
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    escalation,
    escalation_def,
    event_sub,
    file,
    flows,
    io,
    node,
    process,
    signal,
    signal_def,
    start,
    timer,
    user,
)

CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"
ALARM = signal_def("al", "alarm")
UP = escalation_def("up", "UP") + escalation_def("other", "OTHER")


def line(*parts, ways, extra=ALARM):
    return file(process(start(), *parts, end(), flows(*ways)), extra=extra)


@pytest.mark.parametrize("tag", [THROW, "endEvent"])
def test_a_thrown_signal_brings_what_its_inputs_make(walk, tag):
    model = line(
        node(tag, "t", io("in level = n + 1"), signal("al")), ways=["s t"] + ["t e"] * (tag == THROW)
    )
    if tag == "endEvent":
        model = model.replace(b'<endEvent id="e"></endEvent>', b"")
    case = walk(model, n=1)
    assert [(t.signal, t.variables) for t in case.details(SignalThrown)] == [("alarm", {"level": 2})]
    assert case.ended


def test_a_name_may_be_reckoned_and_what_is_no_name_can_be_mended(walk):
    model = line(node(THROW, "t", signal("al")), node(CATCH, "c", signal("al")), ways=["s t c e"],
                 extra=signal_def("al", "=what"))  # fmt: skip
    case = walk(model, what=5)
    assert case.waiting == ["!t"]
    case.set(what="x" * 256)
    case.resolve("t")
    assert case.waiting == ["!t"]
    case.set(what="fire")
    case.resolve("t")
    assert case.waiting == ["c"]
    assert [t.signal for t in case.details(SignalThrown)] == ["fire"]
    assert [a.signal for a in case.details(SignalAwaited)] == ["fire"]


def test_a_border_hears_a_signal_again_and_again_on_one_line(walk):
    heard = boundary("b", "a", signal("al"), interrupting=False)
    case = walk(line(user("a"), heard, user("n"), ways=["s a e", "b n e"]))
    for _ in range(2):
        case.fire("b")
    assert case.waiting == ["a", "b", "n", "n"]
    awaited = case.details(SignalAwaited)
    assert len({a.key for a in awaited}) == 3
    assert {a.line for a in awaited} == {awaited[0].key}
    case.complete("a")
    assert case.waiting == ["n", "n"]


def test_a_signal_interrupts(walk):
    case = walk(line(user("a"), boundary("b", "a", signal("al")), user("n"), ways=["s a e", "b n e"]))
    case.fire("b")
    assert case.waiting == ["n"]


@pytest.mark.parametrize(("first", "waiting"), [("c", ["a"]), ("d", ["b"])])
def test_a_signal_may_win_the_race_of_events(walk, first, waiting):
    late = node(CATCH, "d", timer("Duration", "PT1H"))
    race = (node("eventBasedGateway", "g"), node(CATCH, "c", signal("al")), late, user("a"), user("b"))
    case = walk(line(*race, ways=["s g c a e", "g d b e"]))
    case.fire(first)
    assert case.waiting == waiting


@pytest.mark.parametrize(("interrupting", "waiting"), [(True, ["n"]), (False, ["a", "n", "v_s"])])
def test_an_event_sub_process_begins_with_a_signal(walk, interrupting, waiting):
    inside = (user("n"), end("ve"), flows("v_s n ve"))
    case = walk(
        line(user("a"), event_sub("v", signal("al"), *inside, interrupting=interrupting), ways=["s a e"])
    )
    case.fire("v_s", n=1)
    assert case.waiting == waiting
    assert len({a.line for a in case.details(SignalAwaited)}) == 1


def nested(thrower, *around, ways, tag="subProcess"):
    """A sub-process `x` in which `t` throws."""
    onwards = user("after") + end("xe") + flows("xs t after xe") if THROW in thrower else flows("xs t")
    inside = (start("xs"), thrower, onwards)
    return line(node(tag, "x", *inside), *around, user("h"), user("z"), ways=["s x z e", *ways], extra=UP)


THROWN = node(THROW, "t", escalation("up"))
ENDING = node("endEvent", "t", escalation("up"))


@pytest.mark.parametrize(
    ("thrower", "interrupting", "waiting"),
    [
        (THROWN, True, ["h"]),
        (THROWN, False, ["after", "h"]),
        (ENDING, True, ["h"]),
        (ENDING, False, ["h", "z"]),
    ],
)
def test_an_escalation_reaches_the_border(walk, thrower, interrupting, waiting):
    border = boundary("b", "x", escalation("up"), interrupting=interrupting)
    assert walk(nested(thrower, border, ways=["b h e"])).waiting == waiting


def test_the_exact_code_comes_before_any_and_another_catches_nothing(walk):
    any_code = boundary("b", "x", "<escalationEventDefinition/>")
    exact = boundary("c", "x", escalation("up"))
    other = boundary("o", "x", escalation("other"))
    assert walk(nested(THROWN, any_code, exact, user("k"), ways=["b k e", "c h e"])).waiting == ["h"]
    assert walk(nested(THROWN, any_code, other, user("k"), ways=["b k e", "o h e"])).waiting == ["k"]
    assert walk(nested(THROWN, other, ways=["o h e"])).waiting == ["after"]


def test_an_escalation_that_nobody_catches_is_no_incident(walk):
    case = walk(line(node(THROW, "t", escalation("up")), user("a"), ways=["s t a e"], extra=UP))
    assert case.waiting == ["a"]


@pytest.mark.parametrize(("interrupting", "waiting"), [(True, ["n"]), (False, ["a", "n"])])
def test_an_event_sub_process_takes_an_escalation_but_not_its_own(walk, interrupting, waiting):
    again = node(THROW, "vt", escalation("up"))
    inside = (again, user("n"), end("ve"), flows("v_s vt n ve"))
    sub = event_sub("v", escalation("up"), *inside, interrupting=interrupting)
    case = walk(line(node(THROW, "t", escalation("up")), user("a"), sub, ways=["s t a e"], extra=UP))
    assert case.waiting == waiting
    case.complete("n")
    if not interrupting:
        case.complete("a")
    assert case.ended


def begins(*definitions):
    """A process with a plain start, and one more for each of these definitions."""
    more = [start(f"s{number}", definition) for number, definition in enumerate(definitions)]
    return line(user("a"), *more, ways=["s a e", *(f"s{n} a" for n in range(len(more)))],
                extra=ALARM + signal_def("re", "=what"))  # fmt: skip


SUB_OF_SIGNAL = node("subProcess", "x", start("xs", signal("al")), end("xe"), flows("xs xe"))
HEARD = event_sub("v", signal("al"), end("ve"), flows("v_s ve"))
HEARD_AGAIN = event_sub("w", signal("al"), end("we"), flows("w_s we"))


@pytest.mark.parametrize(
    ("model", "element", "rule"),
    [
        (begins(signal("al"), signal("al")), "p", "start-messages"),
        (begins(signal("re")), "p", "start-messages"),
        (begins(signal("none")), "s0", "signal-missing"),
        (line(SUB_OF_SIGNAL, ways=["s x e"]), "xs", "sub-process-blank-start-event"),
        (line(user("a"), HEARD, HEARD_AGAIN, ways=["s a e"]), "w_s", "event-sub-process-twice"),
    ],
)
def test_what_could_not_be_told_apart_is_refused(model, element, rule):
    with pytest.raises(ModelRefused) as refused:
        parse(model)
    assert (element, rule) in [(e.element_id, e.rule) for e in refused.value.errors]


def test_a_process_begins_with_its_signal_or_without():
    [definition] = parse(begins(signal("al")))
    assert definition.start_signals() == ["alarm"]
    assert [definition.start(signal=name) is None for name in ("alarm", "calm")] == [False, True]
    assert definition.start() == definition.nodes["s"]

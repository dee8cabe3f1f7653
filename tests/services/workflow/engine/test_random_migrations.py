"""Random processes that go over to a version with other ids, and back, after every step: the same happens."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.workflow.engine import Execution, compile_definition, parse
from services.workflow.engine.migrating import Route, study
from services.workflow.engine.rewriting import arm, drop, rewrite
from tests.services.workflow.engine.blocks import BLOCKS, drawn
from tests.services.workflow.engine.walk import Walk

_IDS = re.compile(r'(?<=[ "])(id|sourceRef|targetRef|attachedToRef|default)="(?!file"|p"|m"|bad")([^"]+)"')


class Wanderer(Walk):
    """Goes over to the other one of two versions whenever it has come to rest and can."""

    def __init__(self, xml: bytes) -> None:
        other = _IDS.sub(r'\1="\2_2"', xml.decode()).encode()
        self.versions = [compile_definition(parse(each)[0]) for each in (xml, other)]
        self.called = {each.process_id: compile_definition(each) for each in parse(xml)[1:]}
        self.moves = 0
        super().__init__(xml, durable=True, case_id="c")

    def _programs(self):
        return self.versions[0], self.called

    def _settle(self):
        super()._settle()
        if not self.ended:
            self._go_over()

    def _go_over(self):
        here, there = (version.definition for version in self.versions)
        routes = {"p": Route(here, there, dict(zip(here.nodes, there.nodes, strict=True)))}
        change = study(self._load(), routes)
        assert {one.rule for one in change.obstacles} <= {"in-body"}
        if change.obstacles:
            return
        assert (change.dropped, change.events) == ([], {})
        drop(self._load(), change)
        state = rewrite(self._load().dump(), routes)
        self.versions.reverse()
        self.moves += 1
        self._execution = Execution.load(state, self.versions[0], self.called, self._around())
        arm(self._execution, change)
        assert self._execution.run(0).journal == []


def move(case: Walk, choice: int) -> None:
    """Move one of the waiting tokens, in the same way whatever the elements are called."""
    waits = sorted(case._load().waiting(), key=lambda wait: wait.key)
    chosen = waits[choice % len(waits)]
    give = case._load().fire if chosen.node.trigger is not None else case._load().complete
    give(chosen.key, {"last": choice})
    case._settle()


def plain(names):
    """The names as in the first version."""
    return [name.removesuffix("_2") for name in names]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
@given(block=BLOCKS, path=st.lists(st.integers(0, 20), min_size=25, max_size=25))
def test_going_over_changes_nothing(block, path):
    xml = drawn(block)
    stays, wanders = Walk(xml, durable=False, case_id="c"), Wanderer(xml)
    for choice in path:
        assert sorted(plain(wanders.waiting)) == stays.waiting
        if stays.ended or any(name.startswith("!") for name in stays.waiting):
            break
        move(stays, choice)
        move(wanders, choice)
    assert plain(wanders.happened()) == stays.happened()
    assert wanders.stored == stays.stored


def test_it_does_go_over():
    wanders = Wanderer(drawn(("and", [("user",), ("seq", [("guard",), ("hears", ("race",))])])))
    move(wanders, 0)
    assert wanders.moves == 2

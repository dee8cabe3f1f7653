"""Called processes have a world of variables of their own."""

from services.workflow.engine.journal import Activated, Incident
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    ext,
    file,
    flows,
    io,
    node,
    process,
    start,
    user,
)


def called(inputs="", all_in="true", all_out="true"):
    ways = f'propagateAllParentVariables="{all_in}" propagateAllChildVariables="{all_out}"'
    call = f'calledElement processId="child" {ways}'
    return file(
        process(
            start(),
            node("callActivity", "c", ext(call), inputs),
            boundary("b", "c", error("bad")),
            user("mend"),
            user("z"),
            end(),
            flows("s c z e", "b mend e"),
        ),
        process(
            start(),
            user("a"),
            node("exclusiveGateway", "x", default="x-e"),
            end(),
            end("bang", error("bad")),
            flows("s a x", "x bang ?fail = 1", "x e"),
            id="child",
        ),
        extra=error_def("bad", "BAD"),
    )


def test_a_called_process_gets_copies_and_gives_everything_back(walk):
    case = walk(called(), n=1)
    case.complete("a", n=2, m=3, fail=0)
    assert case.waiting == ["z"]
    assert case.variables == {"n": 2, "m": 3, "fail": 0}
    assert case.stored.keys() == {1}


def test_a_called_process_works_on_its_own_variables(walk):
    case = walk(called(), n=1)
    assert len(case.stored) == 2
    [child] = [v for k, v in case.stored.items() if k != 1]
    assert child == {"n": 1}


def test_a_called_process_may_get_and_give_only_what_is_mapped(walk):
    case = walk(called(io("in mine = n", "out got = m"), "false", "false"), n=1)
    inside = next(m.scope for m in case.details(Activated) if m.node.id == "a")
    assert case.local(inside) == {"mine": 1}
    case.complete("a", m=3, x=1, fail=0)
    assert case.variables == {"n": 1, "got": 3}


def test_a_called_process_gives_nothing_when_told_so(walk):
    case = walk(called(all_out="false"), n=1)
    case.complete("a", n=2, fail=0)
    assert case.variables == {"n": 1}


def test_an_error_crosses_into_the_calling_process(walk):
    case = walk(called())
    case.complete("a", fail=1)
    assert case.waiting == ["mend"]
    assert case.stored.keys() <= {1}


def test_calling_a_process_that_is_not_there_is_an_incident(walk):
    xml = file(
        process(
            start(), node("callActivity", "c", ext('calledElement processId="gone"')), end(), flows("s c e")
        )
    )
    case = walk(xml)
    assert case.waiting == ["!c"]
    assert case.details(Incident)[0].kind == "CALLED_ELEMENT_ERROR"

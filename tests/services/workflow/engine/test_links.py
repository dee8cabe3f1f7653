"""Link events: a jump within one scope."""

from tests.services.workflow.engine.drawing import end, file, flows, link, node, process, start, user

CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"


def test_every_throw_goes_on_at_the_catch(walk):
    choice = node("exclusiveGateway", "x", default="x-t2")
    jumps = node(THROW, "t1", link("on")), node(THROW, "t2", link("on")), node(CATCH, "c", link("on"))
    way = flows("s a x", "x t1 ?first", "x t2", "c z e")
    xml = file(process(start(), user("a"), choice, *jumps, user("z"), end(), way))
    for first, taken in ((True, "t1"), (False, "t2")):
        case = walk(xml)
        case.complete("a", first=first)
        assert case.waiting == ["z"]
        assert case.happened()[-5:] == [f"+{taken}", f"-{taken}", "+c", "-c", "+z"]
        case.complete("z")
        assert case.ended


def test_scopes_may_use_the_same_name(walk):
    inner = node(
        "subProcess", "sub", start("is"), node(THROW, "it", link("on")), node(CATCH, "ic", link("on")),
        user("ia"), end("ie"), flows("is it", "ic ia ie"),
    )  # fmt: skip
    outer = node(THROW, "t", link("on")), node(CATCH, "c", link("on"))
    case = walk(file(process(start(), inner, *outer, user("z"), end(), flows("s sub t", "c z e"))))
    assert case.waiting == ["ia"]
    case.complete("ia")
    assert case.waiting == ["z"]


def test_an_inclusive_join_waits_for_a_token_before_the_link(walk):
    parts = (
        node("parallelGateway", "f"), user("a"), user("b"), node(THROW, "t", link("on")),
        node(CATCH, "c", link("on")), node("inclusiveGateway", "j"), user("z"),
    )  # fmt: skip
    case = walk(file(process(start(), *parts, end(), flows("s f a t", "f b j", "c j z e"))))
    case.complete("b")
    assert case.waiting == ["a"]
    case.complete("a")
    assert case.waiting == ["z"]


def test_a_loop_may_be_drawn_with_a_link(walk):
    parts = (
        node(CATCH, "c", link("again")), node("exclusiveGateway", "m"), user("a"),
        node("exclusiveGateway", "x", default="x-e"), node(THROW, "t", link("again")),
    )  # fmt: skip
    case = walk(file(process(start(), *parts, end(), flows("s m a x e", "x t ?more", "c m"))))
    for _ in range(3):
        case.complete("a", more=True)
        assert case.waiting == ["a"]
    case.complete("a", more=False)
    assert case.ended

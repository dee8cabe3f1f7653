"""Rules about event sub-processes and link events: for each, a model that breaks it and the element."""

from tests.services.workflow.engine.drawing import (
    end,
    event_sub,
    file,
    flows,
    link,
    many,
    message,
    message_def,
    node,
    process,
    start,
    user,
)

M = message_def("m", "m")
CATCH = "intermediateCatchEvent"
THROW = "intermediateThrowEvent"


def around(element, *more, extra=""):
    """A line s → x → e around one element called x."""
    return file(process(start(), element, end(), *more, flows("s x e")), extra=extra)


def handler(id):
    """An event sub-process for a message."""
    return event_sub(id, message("m"), end(f"{id}e"), flows(f"{id}_s {id}e"))


CIRCLE = (
    node("parallelGateway", "x"), node("inclusiveGateway", "j"), node("inclusiveGateway", "k"),
    node("exclusiveGateway", "jx", default="jx-e"), node("exclusiveGateway", "kx", default="kx-e"),
)  # fmt: skip
OF_EVENTS = {
    "inclusive-joins-circle": (
        "k",
        around("".join(CIRCLE), flows("x j jx e", "x k kx e", "jx k ?again", "kx j ?again")),
    ),
    "event-sub-process-start": ("v", around(user("x"), node("subProcess", "v", triggeredByEvent="true"))),
    "event-sub-process-flows": ("v", around(user("x"), handler("v"), user("y"), flows("x v y"), extra=M)),
    "event-sub-process-loop": (
        "v",
        around(user("x"), handler("v").replace("<startEvent", many("[1]") + "<startEvent"), extra=M),
    ),
    "event-sub-process-twice": ("w_s", around(user("x"), handler("v"), handler("w"), extra=M)),
    "link-name-missing": ("y", around(user("x"), node(THROW, "y", "<linkEventDefinition/>"), flows("x y"))),
    "link-not-caught": ("y", around(user("x"), node(THROW, "y", link("on")), flows("x y"))),
    "link-not-thrown": ("y", around(user("x"), node(CATCH, "y", link("on")), flows("y e"))),
    "link-caught-twice": (
        "z",
        around(
            user("x"),
            node(THROW, "w", link("on")),
            node(CATCH, "y", link("on")),
            node(CATCH, "z", link("on")),
            flows("x w", "y e"),
        ),
    ),
}

"""Scopes with event sub-processes, for several tests."""

from tests.services.workflow.engine.drawing import (
    end,
    event_sub,
    file,
    flows,
    message,
    message_def,
    node,
    process,
    start,
    user,
)

M = message_def("m", "stopped") + message_def("n", "noted")


def stop(definition=None, id="v", **details):
    """An interrupting event sub-process with one task."""
    body = user(f"{id}u"), end(f"{id}e"), flows(f"{id}_s {id}u {id}e")
    return event_sub(id, definition or message("m"), *body, **details)


def note(definition=None, id="w", **details):
    """The same beside everything else."""
    return stop(definition or message("n"), id, interrupting=False, **details)


BOTH = file(process(start(), user("a"), user("b"), end(), flows("s a b e"), stop(), note()), extra=M)


def inside(*parts, inner="", guard=""):
    """A sub-process `sub` with one task `ia`, and these event sub-processes."""
    sub = node("subProcess", "sub", inner, start("is"), user("ia"), end("ie"), flows("is ia ie"), *parts)
    return file(process(start(), sub, guard, user("z"), end(), flows("s sub z e")), extra=M)

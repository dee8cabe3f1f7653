"""The process that reads files under limits: `python -m services.workflow.limited.process`.

It loads the readers once and then forks for every deployment (it has one thread, so a fork is safe); only
the fork touches the files, under limits that the kernel enforces. Requests come by standard input: a line of
JSON, then the files. The answer is a line of JSON by standard output. End of input ends it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from services.workflow.deploying.reading import Read, Resource, add_file
from services.workflow.engine import compile_definition
from services.workflow.limited.limits import Limits, confine
from shared.dmn import compile_model
from shared.dmn.analysis import analyse

EXHAUSTED = 3
"""Exit status of a fork that ran out of memory or of Python's stack."""
_MOST_FAULTS = 200
"""Per file; nobody reads more."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        asked = json.loads(line)
        resources = [(name, requests.read(size)) for name, size in asked["files"]]
        answers.write(json.dumps(_apart(resources, Limits(**asked["limits"]))).encode() + b"\n")
        answers.flush()


def judge(resources: list[Resource]) -> Iterator[list[dict[str, str]]]:
    """The faults of each file, one after the other."""
    for name, content in resources:
        read = Read()
        add_file(name, content, read)
        # What comes of this is made again where it is needed. Here it must come to an end.
        for _, _, definition in read.definitions:
            compile_definition(definition)
        for file in read.decisions:
            analyse(file.model)
            compile_model(file.model)
        yield [asdict(fault) for fault in read.faults]


def _apart(resources: list[Resource], limits: Limits) -> dict[str, Any]:
    """What a fork found per file until it ended, and how it ended (a negative signal, or its status)."""
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        _end(resources, limits, ours)
    os.close(ours)
    with open(theirs, "rb") as lines:
        said = [json.loads(line) for line in lines.read().splitlines(keepends=True) if line.endswith(b"\n")]
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"faults": said, "status": status}


def _end(resources: list[Resource], limits: Limits, answers: int) -> None:
    """The life of a fork; it never returns."""
    status = 1
    try:
        confine(limits)
        for faults in judge(resources):
            _say(answers, json.dumps(faults[:_MOST_FAULTS]).encode() + b"\n")
        status = 0
    except (MemoryError, RecursionError):
        status = EXHAUSTED
    except BaseException:  # whatever it is, it must not run on as a second server
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _say(answers: int, line: bytes) -> None:
    while line:
        line = line[os.write(answers, line) :]


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)

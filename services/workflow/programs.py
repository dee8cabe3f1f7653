"""Compiled models, kept per process: content never changes, so its hash is the key."""

from __future__ import annotations

from collections import OrderedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.engine import Program, compile_definition, parse
from services.workflow.models import Instance, ModelVersion

_KEPT = 200
_LATEST = (
    sa.select(ModelVersion).where(ModelVersion.process_id == sa.bindparam("process_id", type_=sa.String()))
    .order_by(ModelVersion.version.desc()).limit(1)
)  # fmt: skip
_programs: OrderedDict[tuple[str, str], Program] = OrderedDict()

Pins = dict[str, tuple[int, str]]


def program_of(session: Session, key: int, sha256: str, process_id: str) -> Program:
    """The program of a model version; parsed once in this process."""
    wanted = (sha256, process_id)
    if wanted not in _programs:
        xml = session.scalars(sa.select(ModelVersion.xml).where(ModelVersion.key == key)).one()
        for definition in parse(xml, accepted=True):
            _programs[sha256, definition.process_id] = compile_definition(definition)
        while len(_programs) > _KEPT:
            _programs.popitem(last=False)
    return _programs[wanted]


def programs_of(session: Session, instance: Instance) -> tuple[Program, dict[str, Program]]:
    """The programs an instance was started with: its own, and those of every process it may call."""
    own = program_of(session, instance.definition_key, instance.definition_sha, instance.process_id)
    called = {
        process_id: program_of(session, key, sha256, process_id)
        for process_id, (key, sha256) in instance.pins.items()
    }
    return own, called


def latest(session: Session, process_id: str) -> ModelVersion | None:
    """The newest version of a process."""
    return session.scalars(_LATEST, {"process_id": process_id}).first()


def pinned(session: Session, version: ModelVersion) -> Pins:
    """The newest versions of all processes that this one may call, directly or not."""
    pins: Pins = {}
    todo = [version]
    while todo:
        caller = todo.pop()
        program = program_of(session, caller.key, caller.sha256, caller.process_id)
        for process_id in program.definition.called_processes():
            called = None if process_id in pins else latest(session, process_id)
            if called is not None:
                pins[process_id] = (called.key, called.sha256)
                todo.append(called)
    return pins

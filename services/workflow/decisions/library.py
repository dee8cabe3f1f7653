"""Deployed decisions, found and compiled: content never changes, so its hash is the key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.workflow.models import DecisionDefinition, DecisionRequirements
from shared.dmn import Decisions, Model, compile_model, read_model

_KEPT = 200
_programs: OrderedDict[str, DecisionProgram] = OrderedDict()


@dataclass(frozen=True)
class DecisionProgram:
    """A DMN file ready to be evaluated, with the files it imports; never changed."""

    model: Model
    imported: tuple[Model, ...]
    decisions: Decisions


def latest_decision(session: Session, decision_id: str) -> DecisionDefinition | None:
    """The newest version of a decision."""
    versions = sa.select(DecisionDefinition).where(DecisionDefinition.decision_id == decision_id)
    return session.scalars(versions.order_by(DecisionDefinition.version.desc()).limit(1)).first()


def newest_decisions(session: Session) -> list[DecisionDefinition]:
    """The newest version of every decision, by name."""
    other = aliased(DecisionDefinition)
    newest = sa.select(sa.func.max(other.version)).where(other.decision_id == DecisionDefinition.decision_id)
    found = sa.select(DecisionDefinition).where(DecisionDefinition.version == newest.scalar_subquery())
    return list(session.scalars(found.order_by(DecisionDefinition.name, DecisionDefinition.decision_id)))


def latest_requirements(session: Session, requirements_id: str) -> DecisionRequirements | None:
    """The newest version of a DMN file."""
    versions = sa.select(DecisionRequirements).where(DecisionRequirements.requirements_id == requirements_id)
    return session.scalars(versions.order_by(DecisionRequirements.version.desc()).limit(1)).first()


def program_of(session: Session, requirements_key: int) -> DecisionProgram:
    """The program of a deployed DMN file; compiled once in this process."""
    row = session.get_one(DecisionRequirements, requirements_key)
    program = _programs.get(row.sha256)
    if program is None:
        program = _compiled(session, row)
        _programs[row.sha256] = program
        while len(_programs) > _KEPT:
            _programs.popitem(last=False)
    return program


def ids_within(part: Any) -> Iterator[str | None]:
    """The ids of a part of a model and of everything in it."""
    if isinstance(part, tuple):
        for item in part:
            yield from ids_within(item)
    elif is_dataclass(part):
        for member in fields(part):
            value = getattr(part, member.name)
            yield from [value] if member.name == "id" else ids_within(value)


def _compiled(session: Session, row: DecisionRequirements) -> DecisionProgram:
    model = read_model(row.xml)
    pinned = {n: session.get_one(DecisionRequirements, key) for n, key in row.imports.items()}
    imported = {namespace: read_model(file.xml) for namespace, file in pinned.items()}
    return DecisionProgram(model, tuple(imported.values()), compile_model(model, imported))

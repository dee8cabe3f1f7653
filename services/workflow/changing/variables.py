"""Setting variables of a running instance from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.workflow.engine import NotWaiting
from services.workflow.finished.looking_back import owners_of
from services.workflow.models import ElementInstance, Instance
from services.workflow.stepping import resume
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork


def set_variables(
    work: UnitOfWork, scope_key: int, values: Mapping[str, Any], by: str, *, local: bool = False
) -> None:
    """Write variables into the scope of an instance or element instance.

    Without `local` each goes to the nearest scope outwards that has the name, else to the outermost.
    """
    instance_key = _owner(work, scope_key)
    step = resume(work, instance_key)
    step.past("variables_given", scope=str(scope_key), names=sorted(values), by=by)
    if local:
        step.variables.set_local(scope_key, values)
    else:
        chain = [scope_key] if scope_key == instance_key else _chain(step.execution, scope_key)
        step.variables.propagate(chain, values)
    step.settle()


def _chain(execution: Any, key: int) -> list[int]:
    try:
        return list(execution.scopes_of(key))
    except NotWaiting as error:
        raise NotFound from error


def _owner(work: UnitOfWork, scope_key: int) -> int:
    if work.session.get(Instance, scope_key) is not None:
        return scope_key
    owner = work.session.scalar(sa.select(ElementInstance.instance_key).filter_by(key=scope_key))
    owners = owners_of(work.session, {scope_key}) if owner is None else {owner}
    if not owners:
        raise NotFound
    return owners.pop()

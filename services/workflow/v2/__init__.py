"""The Camunda 8 Orchestration Cluster API v2, as far as our users need it.

Same paths, bodies, page shape, string keys and statuses as there, so that its clients work unchanged.
"""

from services.workflow.v2 import (
    decision_instances,
    decisions,
    definitions,
    deployments,
    document,
    elements,
    evaluations,
    incidents,
    instance_search,
    instances,
    messages,
    resources,
    task_updates,
    topology,
    user_tasks,
    variables,
)
from services.workflow.v2.door import blueprint
from services.workflow.v2.operations import answer_the_rest

ROUTES = (
    decision_instances, decisions, definitions, deployments, document, elements, evaluations, incidents,
    instance_search, instances, messages, resources, task_updates, topology, user_tasks, variables,
)  # fmt: skip

blueprint.record(answer_the_rest)  # after all routes: what is not among them

__all__ = ["ROUTES", "blueprint"]

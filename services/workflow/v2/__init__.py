"""The Camunda 8 Orchestration Cluster API v2, as far as our users need it.

Same paths, bodies, page shape, string keys and statuses as there, so that its clients work unchanged.
"""

from services.workflow.v2 import (
    batch_search,
    batches,
    decision_instances,
    decisions,
    definitions,
    deployments,
    document,
    elements,
    ending,
    evaluations,
    incidents,
    instance_search,
    instances,
    job_search,
    jobs,
    messages,
    migrations,
    modifications,
    resources,
    signals,
    task_updates,
    topology,
    user_tasks,
    variables,
)
from services.workflow.v2.door import blueprint
from services.workflow.v2.operations import answer_the_rest

ROUTES = (
    batch_search, batches, decision_instances, decisions, definitions, deployments, document, elements,
    ending, evaluations, incidents, instance_search, instances, job_search, jobs, messages, migrations,
    modifications, resources, signals, task_updates, topology, user_tasks, variables,
)  # fmt: skip

blueprint.record(answer_the_rest)  # after all routes: what is not among them

__all__ = ["ROUTES", "blueprint"]

"""The Camunda 8 Orchestration Cluster API v2, as far as our users need it.

Same paths, bodies, page shape, string keys and statuses as there, so that its clients work unchanged.
"""

from services.workflow.v2 import (
    batches,
    decision_instances,
    decisions,
    definitions,
    deployments,
    ending,
    evaluations,
    incidents,
    instances,
    job_search,
    jobs,
    messages,
    migrations,
    modifications,
    signals,
    topology,
    user_tasks,
)
from services.workflow.v2.door import blueprint

ROUTES = (
    batches, decision_instances, decisions, definitions, deployments, ending, evaluations, incidents,
    instances, job_search, jobs, messages, migrations, modifications, signals, topology, user_tasks,
)  # fmt: skip

__all__ = ["ROUTES", "blueprint"]

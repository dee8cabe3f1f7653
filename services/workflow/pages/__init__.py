"""Workflow's pages: the inbox, the task with its form, a case's history, incidents, the deployed models.

Decisions are shown with their rows.
"""

from services.workflow.pages import (
    absences,
    assigning,
    batches,
    cases,
    decisions,
    files,
    inbox,
    incidents,
    mending,
    migrating,
    model_list,
    recusals,
    tasks,
    waiting_for,
)
from services.workflow.pages.door import blueprint

ROUTES = (
    absences, assigning, batches, cases, decisions, files, inbox, incidents, mending, migrating,
    model_list, recusals, tasks, waiting_for,
)  # fmt: skip

__all__ = ["ROUTES", "blueprint"]

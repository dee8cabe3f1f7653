"""Workflow's pages: the inbox, the task with its form, a case's history, incidents, the deployed models."""

from services.workflow.pages import cases, files, inbox, incidents, model_list, tasks
from services.workflow.pages.door import blueprint

ROUTES = (cases, files, inbox, incidents, model_list, tasks)

__all__ = ["ROUTES", "blueprint"]

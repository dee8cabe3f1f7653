"""Workflow's pages: the inbox, the task with its form, a case's history, the deployed models."""

from services.workflow.pages import cases, files, inbox, model_list, tasks
from services.workflow.pages.door import blueprint

ROUTES = (cases, files, inbox, model_list, tasks)

__all__ = ["ROUTES", "blueprint"]

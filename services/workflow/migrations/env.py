"""Alembic runs this for workflow."""

from services.workflow.app import SERVICE
from shared.migrations import run

run(SERVICE)

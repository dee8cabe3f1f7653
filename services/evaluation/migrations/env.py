"""Alembic runs this for evaluation."""

from services.evaluation.app import SERVICE
from shared.migrations import run

run(SERVICE)

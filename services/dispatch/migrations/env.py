"""Alembic runs this for dispatch."""

from services.dispatch.app import SERVICE
from shared.migrations import run

run(SERVICE)

"""Alembic runs this for handling."""

from services.handling.app import SERVICE
from shared.migrations import run

run(SERVICE)

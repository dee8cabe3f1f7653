"""Alembic's entry to intake's migrations."""

from services.intake.app import SERVICE
from shared.migrations import run

run(SERVICE)

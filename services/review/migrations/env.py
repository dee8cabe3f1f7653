"""Alembic runs this for review."""

from services.review.app import SERVICE
from shared.migrations import run

run(SERVICE)

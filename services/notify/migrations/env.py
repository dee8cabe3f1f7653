"""Alembic runs this for notify."""

from services.notify.app import SERVICE
from shared.migrations import run

run(SERVICE)

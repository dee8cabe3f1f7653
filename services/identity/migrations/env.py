"""Runs identity's migrations."""

from services.identity.app import SERVICE
from shared.migrations import run

run(SERVICE)

"""Runs the roster's migrations."""

from services.roster.app import SERVICE
from shared.migrations import run

run(SERVICE)

"""Hostile expressions and models, and the laboratory that measures what they cost."""

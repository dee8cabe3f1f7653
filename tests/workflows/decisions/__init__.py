"""Tests of the decision tables that process owners edit: every row, on both sides of its boundary."""

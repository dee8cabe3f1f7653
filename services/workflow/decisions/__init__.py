"""Decisions: DMN files deployed as immutable versions, evaluated, and every evaluation kept.

`shared.dmn` knows the language; here are versions, imports between deployed files, and records.
"""

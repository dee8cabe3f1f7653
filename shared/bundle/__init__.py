"""Rows that a transaction adds, changes and drops, gathered and written together without the mapper."""

from shared.bundle.bundle import Bundle, bundle_of
from shared.bundle.shapes import Count, Link, Newest, Numbered

__all__ = ["Bundle", "Count", "Link", "Newest", "Numbered", "bundle_of"]

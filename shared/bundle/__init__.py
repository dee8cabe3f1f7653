"""Rows that a transaction adds, changes and drops, gathered and written together without the mapper."""

from shared.bundle.bundle import Bundle, bundle_of
from shared.bundle.shapes import Link, Newest

__all__ = ["Bundle", "Link", "Newest", "bundle_of"]

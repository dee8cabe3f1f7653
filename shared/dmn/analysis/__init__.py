"""Analysis for authors: what is wrong, or may be wrong, with a DMN model before anything is evaluated.

Errors: texts that are not FEEL, names that are not there, rows that contradict one another. Warnings: gaps,
rows that are never used, and what could not be judged.
"""

from shared.dmn.analysis.finding import Finding
from shared.dmn.analysis.models import analyse

__all__ = ["Finding", "analyse"]

"""The reference of FEEL for process owners: words, examples and code become `docs/feel.md`.

`functions_*.yaml`, `language.yaml` and `browser.yaml` hold the words; signatures and limits are read from
the code. Every example is evaluated by the tests.
"""

from shared.feel.reference.page import reference_page
from shared.feel.reference.words import Difference, Function, Group, Section, differences, groups, sections

__all__ = [
    "Difference",
    "Function",
    "Group",
    "Section",
    "differences",
    "groups",
    "reference_page",
    "sections",
]

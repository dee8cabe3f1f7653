"""What the analysis tells an author."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One remark on a model. An error refuses a deployment, a warning is shown.

    `element_id`: the nearest XML id, None where the file gives none; `rule`: the row of the table, from 1;
    `message_zh`: for process owners; `example`: for gaps, overlaps and rows that are never reached an input
    that shows it, as FEEL literals by the label of the column; `position`: for syntax errors the place in
    the text, counted from 0.
    """

    severity: Literal["error", "warning"]
    element_id: str | None
    rule: int | None
    message: str
    message_zh: str
    example: Mapping[str, str] | None = None
    position: int | None = None

"""Why a DMN file cannot be used, or a decision not be evaluated."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at one place.

    `path` names the place for a reader: `Decision "费用" / rule 3 / output 1`. Neither message ever holds the
    value of a variable.
    """

    element_id: str | None
    path: str
    message: str
    message_zh: str


class DmnError(Exception):
    """A file is no model that can be used; `problems` says why, at least one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.path}: {one.message}" for one in self.problems))

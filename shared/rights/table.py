"""The table of rights, `rights.csv`: role × action × relation, read and checked when it is imported."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.rights.roles import EVERYONE, ROLES

RELATIONS = {
    "own": ("本人的", "one's own"),
    "assigned": ("由本人承办或办理的", "assigned to oneself"),
    "assessed": ("由本人评估的", "assessed by oneself"),
    "organisation": ("本机构及下级机构的", "of one's organisation and those below it"),
    "firm": ("本承办机构的", "worked on by one's firm"),
    "authority": ("本办案机关的", "asked for by one's authority"),
    "any": ("全部", "all"),
}
"""By which relation to a record an action may be done, in Chinese and English."""
PERSONAL = frozenset({"own", "assigned", "assessed", "any"})
"""Relations that need no place where a role is held: all that `everyone` can have."""
_NAMING = ("action", "zh", "en")
COLUMNS = (*_NAMING, EVERYONE.code, *ROLES)


class BadTable(Exception):
    """The table of rights says something that cannot be meant."""


@dataclass(frozen=True)
class Action:
    """One row: what is done, and by which relations each role may do it (roles without any are left out)."""

    name: str
    zh: str
    en: str
    by_role: Mapping[str, frozenset[str]]

    @property
    def service(self) -> str:
        """The service that the action belongs to: the first word of its name."""
        return self.name.partition(".")[0]


def read_table(lines: Iterable[str]) -> dict[str, Action]:
    """The actions by name, from the lines of a CSV file; raises BadTable naming the row."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        odd = sorted(set(rows.fieldnames or ()) ^ set(COLUMNS)) or "their order"
        raise BadTable(f"row 1: the columns are not {EVERYONE.code} and every role: {odd}")
    table: dict[str, Action] = {}
    for number, row in enumerate(rows, start=2):
        action = _action(row, f"row {number}")
        if action.name in table:
            raise BadTable(f"row {number}: {action.name} stands there twice")
        table[action.name] = action
    return table


def _action(row: dict[str, str], where: str) -> Action:
    if None in row or None in row.values():
        raise BadTable(f"{where}: it has not one cell for each column")
    if row["action"].count(".") != 2 or not row["zh"] or not row["en"]:
        raise BadTable(f"{where}: an action is <service>.<thing>.<act> with a Chinese and an English name")
    cells = {column: row[column] for column in COLUMNS[len(_NAMING) :] if row[column]}
    by_role = {role: _relations(cell, f"{where}, {role}") for role, cell in cells.items()}
    if not by_role:
        raise BadTable(f"{where}: nobody may do {row['action']}")
    if not by_role.get(EVERYONE.code, frozenset()) <= PERSONAL:
        raise BadTable(f"{where}: {EVERYONE.code} holds no place, so only {sorted(PERSONAL)} can be meant")
    return Action(row["action"], row["zh"], row["en"], by_role)


def _relations(cell: str, where: str) -> frozenset[str]:
    named = cell.split("+")
    for relation in named:
        if relation not in RELATIONS:
            raise BadTable(f"{where}: {relation!r} is no relation")
    if len(set(named)) < len(named) or ("any" in named and len(named) > 1):
        raise BadTable(f"{where}: {cell!r} says the same twice")
    return frozenset(named)


def _read() -> dict[str, Action]:
    with (Path(__file__).parent / "rights.csv").open(encoding="utf-8", newline="") as lines:
        return read_table(lines)


RIGHTS: Mapping[str, Action] = _read()
"""The table in force."""

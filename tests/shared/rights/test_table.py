"""The table of rights is checked when it is read: what cannot be meant is refused, naming the row."""

import pytest

from shared.rights import RIGHTS, ROLES
from shared.rights.table import COLUMNS, BadTable, read_table

HEAD = ",".join(COLUMNS)


def row(action: str = "intake.case.read", zh: str = "查看", en: str = "See", **cells: str) -> str:
    """A line of the table with these cells."""
    return ",".join([action, zh, en, *(cells.get(column, "") for column in COLUMNS[3:])])


def test_a_row_says_who_may_by_which_relation() -> None:
    table = read_table([HEAD, row(clerk="organisation", handler="own+assigned", everyone="own")])
    assert table["intake.case.read"].by_role == {
        "clerk": {"organisation"}, "handler": {"own", "assigned"}, "everyone": {"own"},
    }  # fmt: skip
    assert table["intake.case.read"].service == "intake"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEAD.replace("clerk", "clark"), row(clerk="own")], "row 1: .*'clark', 'clerk'"),
        ([HEAD, row(clerk="mine")], "row 2, clerk: 'mine' is no relation"),
        ([HEAD, row(clerk="own"), row(clerk="any")], "row 3: intake.case.read stands there twice"),
        ([HEAD, row(clerk="own+own")], "row 2, clerk: .*twice"),
        ([HEAD, row(clerk="any+own")], "row 2, clerk: .*twice"),
        ([HEAD, row(everyone="organisation")], "row 2: everyone holds no place"),
        ([HEAD, row("intake.read", clerk="own")], "row 2: an action is"),
        ([HEAD, row(zh="", clerk="own")], "row 2: an action is"),
        ([HEAD, row()], "row 2: nobody may do intake.case.read"),
        ([HEAD, row(clerk="own") + ",own"], "row 2: it has not one cell for each column"),
        ([HEAD, "intake.case.read,查看,See,own"], "row 2: it has not one cell for each column"),
    ],
)
def test_what_cannot_be_meant_is_refused(lines: list[str], said: str) -> None:
    with pytest.raises(BadTable, match=said):
        read_table(lines)


def test_every_role_has_a_right_of_its_own() -> None:
    granted = {role for action in RIGHTS.values() for role in action.by_role}
    assert set(ROLES) <= granted


def test_what_is_listed_may_be_opened() -> None:
    listed, opened = RIGHTS["intake.case.list"].by_role, RIGHTS["intake.case.read"].by_role
    assert all(relations <= opened[role] for role, relations in listed.items())

"""What the table answers: by role, place and relation, for one record and for the rows of a list."""

from collections.abc import Mapping
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.rights import RIGHTS, Held, Person, Relation, has, may, places_of, roles_with, visible
from tests.rig import CENTRE, person

COURT, FIRM = "/demo-city/court/", "/demo-city/firm-a/"
ME, OTHER = person("me"), person("other")
CASE = "intake.case.read"


def somebody(*held: tuple[str, str]) -> Person:
    """A person with these roles at these places."""
    return Person(ME, "somebody", tuple(Held(*one) for one in held), person("session"), "csrf")


def record(**known: object) -> Relation:
    """A case of others, but for what is known about it."""
    usual = {"organisation": CENTRE, "own": (OTHER, None), "assigned": (OTHER,), "firm": FIRM}
    return Relation(**{**usual, "authority": COURT, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [
        ("authority", COURT, True), ("authority", "/demo-city/", True),
        ("authority", "/demo-city/court/branch/", False), ("authority", "/demo-city/police/", False),
        ("authority", CENTRE, False), ("authority", FIRM, False), ("clerk", COURT, False),
        ("clerk", CENTRE, True), ("clerk", "/demo-city/", True), ("clerk", CENTRE + "station/", False),
        ("clerk", "/other-city/", False), ("firm_manager", FIRM, True), ("firm_manager", COURT, False),
        ("firm_manager", CENTRE, False), ("auditor", CENTRE, False), ("handler", FIRM, False),
        ("applicant", "/public/", False), ("unheard_of", "/", False),
    ],
)  # fmt: skip
def test_a_role_counts_for_its_own_side_of_a_record(role: str, place: str, allowed: bool) -> None:
    assert may(somebody((role, place)), CASE, record()) is allowed


@pytest.mark.parametrize(
    ("role", "known", "allowed"),
    [
        ("applicant", {"own": (ME,)}, True), ("applicant", {"assigned": (ME,)}, False),
        ("handler", {"assigned": (None, ME)}, True), ("handler", {"own": (ME,)}, False),
        ("process_owner", {"own": (ME,), "assigned": (ME,)}, False),
    ],
)  # fmt: skip
def test_ones_own_record_counts_by_the_role_that_makes_it_ones_own(
    role: str, known: dict[str, object], allowed: bool
) -> None:
    assert may(somebody((role, "/")), CASE, record(**known)) is allowed


def test_rights_of_several_roles_add_up() -> None:
    both = somebody(("applicant", "/public/"), ("clerk", CENTRE))
    assert may(both, CASE, record(own=(ME,), organisation="/elsewhere/"))
    assert may(both, CASE, record())
    assert not may(both, CASE, record(organisation="/elsewhere/"))


def test_what_a_record_does_not_say_counts_for_nobody() -> None:
    everywhere = somebody(*((role, "/") for role in RIGHTS[CASE].by_role))
    assert may(everywhere, CASE, record())
    assert not may(everywhere, CASE, Relation())


def test_a_record_of_no_organisation_is_every_holders() -> None:
    owner = somebody(("process_owner", "/demo-city/"))
    assert may(owner, "workflow.instance.read", Relation(unplaced=True))
    assert not may(owner, "workflow.instance.read", Relation(organisation=""))
    assert not may(somebody(("clerk", "/")), "workflow.instance.read", Relation(unplaced=True))


def test_everyone_has_what_is_everyones_and_no_more() -> None:
    nobody = somebody()
    assert has(nobody, "notify.message.read")
    assert may(nobody, "notify.message.read", Relation(own=(ME,)))
    assert not may(nobody, "notify.message.read", Relation(own=(OTHER,)))
    assert not has(nobody, CASE)


def test_an_unknown_action_is_an_error() -> None:
    with pytest.raises(KeyError):
        has(somebody(), "intake.case.raed")


def test_the_roles_of_a_relation() -> None:
    assert roles_with("workflow.task.read", "organisation") == {
        "process_owner", "administrator", "integration",
    }  # fmt: skip
    assert roles_with("workflow.task.read", "assigned") == {"everyone"}


def test_the_places_of_an_action() -> None:
    held = somebody(("administrator", "/b/"), ("clerk", "/c/"), ("administrator", "/a/"))
    assert places_of(held, "identity.person.read") == ["/a/", "/b/"]


CASES = sa.Table(
    "cases", sa.MetaData(),
    *(sa.Column(name, sa.String) for name in ("organisation", "firm", "authority")),
    *(sa.Column(name, sa.Uuid) for name in ("own", "assigned", "second")),
)  # fmt: skip
PLACES = ["/", "/a/", "/a/b/", "/ab/", "/a_/", "/A/"]


@pytest.mark.parametrize("role", sorted(RIGHTS[CASE].by_role))
@pytest.mark.parametrize("place", ["/a/", "/a_/"])
def test_a_list_shows_exactly_what_may_be_opened(role: str, place: str) -> None:
    engine, who = sa.create_engine("sqlite://"), somebody((role, place))
    rows = [
        {"organisation": o, "firm": f, "authority": a, "own": x, "assigned": y, "second": z}
        for o, f, a in zip(PLACES, PLACES[1:] + PLACES[:1], PLACES[2:] + PLACES[:2], strict=True)
        for x, y, z in ((ME, OTHER, OTHER), (OTHER, ME, None), (None, OTHER, ME), (OTHER, None, OTHER))
    ]
    condition = visible(
        who, CASE, own=CASES.c.own, assigned=(CASES.c.assigned, CASES.c.second),
        **{name: CASES.c[name] for name in ("organisation", "firm", "authority")},
    )  # fmt: skip
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA case_sensitive_like = ON")
        CASES.create(connection)
        connection.execute(CASES.insert(), rows)
        found = [tuple(row) for row in connection.execute(sa.select(CASES).where(condition))]
    assert found == [tuple(_as_stored(r)) for r in rows if may(who, CASE, _relation(r))]
    assert found


def _relation(row: Mapping[str, object]) -> Relation:
    places = {name: row[name] for name in ("organisation", "firm", "authority")}
    return Relation(own=(row["own"],), assigned=(row["assigned"], row["second"]), **places)  # type: ignore[arg-type]


def _as_stored(row: Mapping[str, object]) -> list[str | UUID | None]:
    return [row[column.name] for column in CASES.c]  # type: ignore[misc]


def test_a_relation_without_a_column_shows_nothing() -> None:
    with sa.create_engine("sqlite://").begin() as connection:
        clerk = somebody(("clerk", "/"))
        assert connection.execute(sa.select(visible(clerk, CASE, own=sa.null()))).scalar() == 0


def test_rows_of_no_organisation_and_actions_without_a_relation() -> None:
    owner, place = somebody(("process_owner", "/a/")), sa.literal("")
    with sa.create_engine("sqlite://").begin() as connection:
        shown = visible(owner, "workflow.instance.read", organisation=place, unplaced=place == "")
        hidden = visible(owner, "workflow.instance.read", organisation=place)
        every = visible(owner, "workflow.model.read")
        assert connection.execute(sa.select(shown, hidden, every)).one() == (1, 0, 1)

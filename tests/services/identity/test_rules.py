"""Identity's decisions, on both sides of each limit."""

from datetime import UTC, datetime, timedelta

import pytest

from services.identity import rules
from services.identity.logins.devices import device_words
from services.identity.people.structure import KINDS, may_lie_below, role_fits
from shared.rights import STAFF_ROLES

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("k9-mountain", True),
        ("12 char pass", True),
        ("九个字的密码不够长", False),
        ("十个字的密码刚好够长", True),
        ("abcdefghi", False),
        ("z" * 9 + "Yx" * 59 + "w", True),
        ("z" * 9 + "Yx" * 59 + "ww", False),
        ("1234567890", False),
        ("Password123", False),
        ("aaaaaaaaaaaa", False),
        ("ababababab", False),
        ("abcabcabca", True),
        ("somebody.else", False),
        (" SomeBody.Else ", False),
    ],
)
def test_passwords(password: str, fine: bool) -> None:
    assert (rules.password_faults(password, "somebody.else") == []) is fine


def test_login_names_are_compared_without_forms_and_capitals() -> None:
    assert rules.normal_login("　Ａdmin１ ") == "admin1"


@pytest.mark.parametrize(
    ("failures", "ago", "locked"),
    [
        (4, timedelta(0), False),
        (5, timedelta(0), True),
        (5, rules.LOCK - SECOND, True),
        (5, rules.LOCK, False),
    ],
)
def test_lock_out(failures: int, ago: timedelta, locked: bool) -> None:
    assert rules.locked(failures, NOW - ago, NOW) is locked


def test_old_failures_are_forgotten() -> None:
    assert rules.failures_with(4, NOW - rules.LOCK + SECOND, NOW) == 5
    assert rules.failures_with(4, NOW - rules.LOCK, NOW) == 1


def test_a_session_lasts_eight_hours_on_and_a_day_at_most() -> None:
    assert rules.session_end(NOW, NOW) == NOW + timedelta(hours=8)
    assert rules.session_end(NOW, NOW + timedelta(hours=16)) == NOW + timedelta(hours=24)
    assert rules.session_end(NOW, NOW + timedelta(hours=16) - SECOND) == NOW + timedelta(hours=24) - SECOND
    assert rules.session_end(NOW, NOW + timedelta(hours=20)) == NOW + timedelta(hours=24)


@pytest.mark.parametrize("target", ["/", "/intake/apply?step=2", "/intake/?q=a//b", "/案件"])
def test_local_targets(target: str) -> None:
    assert rules.local_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "intake", "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example/",
        "javascript:alert(1)", "/\t/evil.example", "/a\r\nSet-Cookie: x=1", " //evil.example",
    ],
)  # fmt: skip
def test_targets_elsewhere(target: str | None) -> None:
    assert rules.local_target(target) is None


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ([], "/intake/"),
        (["applicant"], "/intake/"),
        (["administrator"], "/identity/people"),
        (["administrator", "clerk"], "/workflow/tasks"),
        (["handler"], "/workflow/tasks"),
        (["auditor"], "/identity/access"),
        (["auditor", "clerk"], "/workflow/tasks"),
    ],
)
def test_where_people_start(roles: list[str], home: str) -> None:
    assert rules.home_of(roles) == home


@pytest.mark.clause("S0-10.1.3")
def test_two_administrators_must_stay() -> None:
    assert rules.enough_administrators(2)
    assert not rules.enough_administrators(1)


@pytest.mark.parametrize(
    ("starts", "ends", "counts", "turn"),
    [
        (None, None, True, None),
        (NOW, None, True, None),
        (NOW + SECOND, None, False, NOW + SECOND),
        (None, NOW + SECOND, True, NOW + SECOND),
        (None, NOW, False, NOW),
        (NOW + SECOND, NOW + 2 * SECOND, False, NOW + SECOND),
        (NOW, NOW + SECOND, True, NOW + SECOND),
    ],
)
def test_roles_count_between_their_moments(
    starts: datetime | None, ends: datetime | None, counts: bool, turn: datetime | None
) -> None:
    assert rules.role_counts(starts, ends, NOW) is counts
    assert rules.next_turn(starts, ends, NOW) == turn


def test_codes_are_compared_however_they_are_typed() -> None:
    assert rules.plain_code(" ７kq2-9mxa–rt4h ") == "7KQ29MXART4H"


@pytest.mark.clause("S3-二(一)b", "S4-七c")
def test_the_tree_is_city_centre_station_point() -> None:
    allowed = {(above, kind) for above in KINDS for kind in KINDS if may_lie_below(kind, above)}
    assert allowed == {
        ("city", "centre"), ("city", "department"), ("city", "firm"), ("city", "legal_service"),
        ("city", "authority"), ("centre", "station"), ("centre", "department"), ("centre", "firm"),
        ("centre", "legal_service"), ("centre", "authority"), ("station", "point"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("clerk", {"city", "centre", "station", "department", "point"}),
        ("reviewer", {"city", "centre", "station", "department"}),
        ("quality_manager", {"firm", "legal_service"}),
        ("handler", {"city", "centre", "firm", "legal_service"}),
        ("authority", {"authority"}),
        ("administrator", {"city", "centre"}),
        ("auditor", {"city", "centre"}),
    ],
)
def test_a_role_is_held_where_it_belongs(role: str, kinds: set[str]) -> None:
    assert {kind for kind in KINDS if role_fits(role, kind)} == kinds


def test_every_role_has_a_place() -> None:
    assert [role for role in STAFF_ROLES if not any(role_fits(role, kind) for kind in KINDS)] == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", "Linux 电脑，Chrome 浏览器"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 MicroMessenger/8.0", "安卓手机或平板，微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1", "苹果手机，Safari 浏览器"),
        ("curl/8.0", "不明设备"),
        ("", "不明设备"),
    ],
)  # fmt: skip
def test_devices_have_words(agent: str, words: str) -> None:
    assert device_words(agent) == words

"""Identity's decisions, on both sides of each limit."""

from datetime import UTC, datetime, timedelta

import pytest

from services.identity import rules

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
    ],
)
def test_where_people_start(roles: list[str], home: str) -> None:
    assert rules.home_of(roles) == home


@pytest.mark.clause("S0-10.1.3")
def test_two_administrators_must_stay() -> None:
    assert rules.enough_administrators(2)
    assert not rules.enough_administrators(1)

"""Decisions of identity: names, passwords, lock-out, where a login leads, who may lose a role."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

FIRM_ROLES = ("handler", "quality_manager", "firm_manager")
"""What a firm's manager may give to the people of the firm."""
STATES = {"invited": "已邀请", "active": "在用", "dormant": "休眠", "closed": "已停用"}
PUBLIC = "/public/"
"""Where citizens belong: their role must not count at any agency."""

PASSWORD_LENGTH = 10
PASSWORD_LIMIT = 128
FAILURES = 5
LOCK = timedelta(minutes=15)
SESSION = timedelta(hours=8)
LONGEST_SESSION = timedelta(hours=24)
ADMINISTRATORS = 2
ENDING_SOON = timedelta(days=30)
"""How long before its end a role is pointed out."""

_COMMON = frozenset(
    """
    1234567890 0123456789 9876543210 0987654321 1234567891 123123123123 1122334455 112233445566
    147258369 1472583690 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456
    asdfghjkl123 zxcvbnm123 password01 password12 password123 password1234 passw0rd123 p@ssword123
    p@ssw0rd123 administrator admin12345 admin123456 welcome123 changeme123 letmein123 iloveyou123
    iloveyou1314 woaini1314 woaini520 5201314520 1314520520 abcd123456 abc1234567 abc123456789
    a123456789 aa123456789 fayuan12345
    """.split()  # noqa: SIM905 (a list of forty strings would be harder to read)
)


def normal_login(text: str) -> str:
    """A login name as it is compared: without full-width forms, outer blanks and capitals."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def password_faults(password: str, login: str) -> list[str]:
    """What is wrong with a new password, in words for the person; empty when it may be used."""
    low = password.casefold()
    if len(password) < PASSWORD_LENGTH:
        return [f"密码至少要有 {PASSWORD_LENGTH} 个字符。"]
    if len(password) > PASSWORD_LIMIT:
        return [f"密码不能超过 {PASSWORD_LIMIT} 个字符。"]
    if normal_login(password) == normal_login(login):
        return ["密码不能和登录名相同。"]
    if low in _COMMON or len(set(low)) < 3:
        return ["这个密码太常见，容易被猜中，请换一个。"]
    return []


def locked(failures: int, last_at: datetime, now: datetime) -> bool:
    """Whether further attempts are refused: after five failures, for a quarter of an hour."""
    return failures >= FAILURES and now < last_at + LOCK


def failures_with(failures: int, last_at: datetime, now: datetime) -> int:
    """The count after one more attempt; failures older than the lock are forgotten."""
    return 1 if now >= last_at + LOCK else failures + 1


def session_end(started_at: datetime, now: datetime) -> datetime:
    """When a session used now runs out: eight hours on, at most a day after its start."""
    return min(now + SESSION, started_at + LONGEST_SESSION)


def local_target(target: str | None) -> str | None:
    """The address if it lies on this site, else None; browsers read `//x` and `/\\x` as other sites."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(unicodedata.category(sign) == "Cc" for sign in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def home_of(roles: Iterable[str]) -> str:
    """Where a person starts when they asked for no page."""
    held = set(roles)
    if not held or held <= {"applicant"}:
        return "/intake/"
    if held == {"auditor"}:  # sees no tasks by that role
        return "/identity/access"
    return "/identity/people" if held == {"administrator"} else "/workflow/tasks"


def enough_administrators(remaining: int) -> bool:
    """Whether an administrator may go: two must stay, so that the rights are never lost (S0-10.1.3)."""
    return remaining >= ADMINISTRATORS


def role_counts(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    """Whether a role with these dates counts now: from its first moment on, no longer at its last."""
    return (starts_at is None or starts_at <= now) and (ends_at is None or now < ends_at)


def next_turn(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> datetime | None:
    """The next moment at which a role begins or stops counting; None when there is none to come."""
    return starts_at if starts_at is not None and starts_at > now else ends_at


def plain_code(text: str) -> str:
    """The code of a slip as it is compared: however it was typed, letters and digits only."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())

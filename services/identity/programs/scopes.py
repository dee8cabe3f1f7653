"""What a program may be allowed: actions of the table of rights that a program's role has at all."""

from __future__ import annotations

from collections.abc import Iterable

from shared.rights import EVERYONE, RIGHTS

ROLE = "integration"


def grantable() -> dict[str, str]:
    """The actions that can be granted to a program, with their Chinese names, in the order of the table."""
    return {name: action.zh for name, action in RIGHTS.items() if ROLE in action.by_role}


def granted(scopes: Iterable[str] | None) -> frozenset[str]:
    """The scopes of an account as far as the table still knows them; without a list all that a program may,
    also what everyone may."""
    if scopes is None:
        return frozenset(n for n, a in RIGHTS.items() if a.by_role.keys() & {ROLE, EVERYONE.code})
    return frozenset(grantable()) & frozenset(scopes)


class NotGranted(Exception):
    """A scope was asked for that the account does not have."""


def asked_for(text: str | None, scopes: Iterable[str] | None) -> frozenset[str] | None:
    """What a token is good for: the scopes named in the request (RFC 6749 section 3.3), all that are granted
    when none is named, None for all that its role may; raises NotGranted."""
    wanted = frozenset((text or "").split())
    if scopes is None and not wanted:
        return None
    allowed = granted(scopes)
    if not wanted <= allowed:
        raise NotGranted
    return wanted or allowed

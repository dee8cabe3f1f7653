"""Password and secret hashes (argon2id, parameters of the OWASP list), with the same work for everyone."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# The hash of no password anybody knows: verified when there is no account, so that it takes as long.
_NOBODY = HASHER.hash("nobody has this password: " + "\0" * 64)


def hashed(password: str) -> str:
    """The password's hash with a salt of its own."""
    return HASHER.hash(password)


def matches(password: str, known: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash the same work is done for nothing."""
    try:
        right = HASHER.verify(known or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return right and known is not None

"""Names that dispatch compares without keeping them: blind indexes.

One is stored under the newest key and looked for under all: while keys rotate there are rows of both.
"""

from __future__ import annotations

import unicodedata

from services.dispatch.models import Case, Member
from shared.messaging.work import UnitOfWork
from shared.secrecy import Keyring
from shared.service import Indexed


def name_index(keys: Keyring, name: str) -> str:
    """The index under which a name is stored, however it was typed."""
    return keys.blind_index(_plain(name))


def indexes_of(keys: Keyring, name: str) -> frozenset[str]:
    """The indexes under which it may have been stored."""
    return frozenset(keys.blind_indexes(_plain(name)))


def applicant_indexes(keys: Keyring, case: Case) -> frozenset[str]:
    """Those of the applicant; a case older than the kept name has the stored one only."""
    name = case.applicant_name
    return frozenset({case.applicant_index}) if name is None else indexes_of(keys, name)


def index_member(member: Member, work: UnitOfWork) -> None:
    """Make the indexes of a member from the names."""
    member.name_index = name_index(work.keys, member.names["name"])
    member.firm_index = name_index(work.keys, member.names["firm_name"])


INDEXES = (
    Indexed(Member, ("name_index", "firm_index"), index_member),
    Indexed(Case, ("applicant_index", "opponent_indexes"), None),  # intake tells the parties again
)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()

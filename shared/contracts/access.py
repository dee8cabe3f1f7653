"""What every service tells about who looked at personal data; identity keeps it for the auditor."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.messaging.contract import Answer, Personal


@dataclass(frozen=True, kw_only=True)
class DataAccessed(Answer):
    """Somebody opened a paper or file, saw masked data in full, or read this log (S0-9.3.3).

    `act`: one of `shared.web.access_log.ACTS`; `what`: the kind of record, e.g. `intake.material`; `fields`:
    names of what was seen, never the values. `organisation`: whose record it is (its path). `purpose`: a code
    of `shared.web.access_log.PURPOSES`, or empty where none is asked for; `note`: {"text"} in own words.
    `behalf_of_id`: who the person stood in for.
    """

    NAME: ClassVar[str] = "access.data_accessed"
    case_id: UUID | None
    case_number: str
    organisation: str
    person_id: UUID
    act: str
    what: str
    record_id: UUID
    at: datetime
    note: Personal
    purpose: str = ""
    fields: list[str] = field(default_factory=list)
    behalf_of_id: UUID | None = None

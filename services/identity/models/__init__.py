"""The tables of identity, by what they are about."""

from services.identity.models.access import AccessEnd, AccessEntry
from services.identity.models.accounts import (
    ApiClient,
    Base,
    ClientSecret,
    Invitation,
    LoginAttempt,
    LoginSession,
    Organisation,
    OrganisationEvent,
    Person,
    PersonEvent,
    RoleGrant,
)
from services.identity.models.guarding import AccountWarning, AddressAttempt

__all__ = [
    "AccessEnd",
    "AccessEntry",
    "AccountWarning",
    "AddressAttempt",
    "ApiClient",
    "Base",
    "ClientSecret",
    "Invitation",
    "LoginAttempt",
    "LoginSession",
    "Organisation",
    "OrganisationEvent",
    "Person",
    "PersonEvent",
    "RoleGrant",
]

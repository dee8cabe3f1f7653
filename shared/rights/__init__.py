"""Who may do what: one table, role × action × relation, that routes, lists and pages ask alike."""

from shared.rights.deciding import Relation, has, may, places_of, roles_with, visible
from shared.rights.person import Held, Person
from shared.rights.roles import EVERYONE, ROLES, STAFF_ROLES, Role, role_name
from shared.rights.table import RELATIONS, RIGHTS, Action

__all__ = [
    "EVERYONE",
    "RELATIONS",
    "RIGHTS",
    "ROLES",
    "STAFF_ROLES",
    "Action",
    "Held",
    "Person",
    "Relation",
    "Role",
    "has",
    "may",
    "places_of",
    "role_name",
    "roles_with",
    "visible",
]

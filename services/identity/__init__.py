"""Identity: people, organisations, roles, sessions and API clients of the legal-aid centre.

Accepts no commands: people act on its pages, programs on `/identity/oauth/token`.
Announces: PersonChanged, RolesChanged, SessionEnded, OrganisationChanged.
Only this service signs tokens and sets the cookie; the others verify offline with the published keys.
"""

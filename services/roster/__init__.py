"""Roster (人员库): who may handle cases, for which firm, with which qualification.

Accepts no commands: dispatchers and administrators act on its pages.
Listens to PersonChanged and OrganisationChanged; announces MemberChanged, of which dispatch keeps a copy.
"""

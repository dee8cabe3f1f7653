"""A case driven over HTTP as the different persons, for people to watch and for the journey tests.

`python -m demo` drives the granted case against the running system and compares its events with
`granted.events.txt`. All persons are invented (people.yaml).
"""

"""How fast the parts of the system are: `make bench`, or `make bench ONLY=name` for one figure.

Every module of `bench.figures` holds one FIGURE; a new figure is a new module there.
"""

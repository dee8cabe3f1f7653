"""A running instance changed by hand: moved, migrated, stopped for a while, its variables, its deadlines."""

"""Files from outside are read first in a process with limits; only what passes there is read here."""

"""One step of one instance: load, move, and write everything that follows, in the caller's transaction."""

from services.workflow.stepping.step import Step, begin, locked, node_of, resume

__all__ = ["Step", "begin", "locked", "node_of", "resume"]

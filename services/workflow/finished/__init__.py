"""Instances that are over leave the busy tables: put away, looked back at, and one day perhaps removed."""

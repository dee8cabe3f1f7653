"""Reading what somebody hands in, under limits."""

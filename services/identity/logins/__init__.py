"""Logging in: passwords, sessions, the cookie, and what keeps guessers away."""

"""The log of who looked at personal data."""

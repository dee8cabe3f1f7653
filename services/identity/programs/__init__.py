"""API clients: programs with an account, their scopes and secrets."""

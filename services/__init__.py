"""The services of the legal-aid centre, one package per stage or concern."""

"""What attackers try, kind by kind, against all services at once."""

"""Identity's pages: logging in, one's account, people, organisations, programs, rights, the access log."""

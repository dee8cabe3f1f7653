"""How the system is put on a machine: private servers, the full stack, nginx and gunicorn settings."""

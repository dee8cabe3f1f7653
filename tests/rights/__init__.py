"""What the table of rights promises, asked of the running routes."""

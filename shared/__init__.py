"""What two or more services use: message contracts and mechanism without case vocabulary."""

"""What every test run has: the record of proven clauses, and real servers on request."""

pytest_plugins = ["tests.clauses_plugin", "tests.servers"]

"""What every test run has: the record of proven clauses, real servers and whole systems on request."""

pytest_plugins = [
    "tests.clauses_plugin", "tests.servers", "tests.stack", "tests.embedded", "tests.chromium",
    "tests.browser.album",
]  # fmt: skip

"""`pytest tests/browser --album FOLDER` keeps a picture of every page, for people to look at."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The folder, made when it is not there."""
    parser.addoption("--album", metavar="FOLDER", help="keep a picture of every page the browser tests see")

"""`python -m shared.feel.reference [file]` writes the reference page, by default to `docs/feel.md`."""

import sys
from pathlib import Path

from shared.feel.reference import reference_page

_PAGE = Path(__file__).parents[3] / "docs" / "feel.md"


def main(arguments: list[str]) -> None:
    """Write the page to the file named, or where it is kept."""
    target = Path(arguments[0]) if arguments else _PAGE
    target.write_text(reference_page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

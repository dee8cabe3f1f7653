"""`python -m bench [name]`: measures all figures or one, prints their rows, renews docs/performance.md."""

import importlib
import pkgutil
import sys
from datetime import date
from pathlib import Path

from bench import figures, page
from bench.measuring import Figure, measured


def all_figures() -> list[Figure]:
    """The figures in the order of their modules' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(figures.__path__))
    return [importlib.import_module(f"{figures.__name__}.{name}").FIGURE for name in names]


def main(arguments: list[str], target: Path = page.PAGE) -> int:
    """Measure, print, and put the rows into the page `target`.

    0 when it was done, whatever the values; 2 for a name that no figure has.
    """
    known = {figure.name: figure for figure in all_figures()}
    unknown = set(arguments) - known.keys()
    if unknown:
        sys.stderr.write(f"no figure {', '.join(sorted(unknown))}; there are {', '.join(known)}\n")
        return 2
    rows = []
    for name in arguments or known:
        rows.append(measured(known[name]))
        sys.stdout.write(f"{rows[-1]}\n")
        sys.stdout.flush()
    page.write(rows, date.today(), target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

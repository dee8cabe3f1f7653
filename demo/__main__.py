"""`python -m demo [URL]`: drive the granted case against the running system and print every step.

Without an address: PUBLIC_URL, else the full stack of this checkout when it runs, else the trial's address.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx

from demo.drive import Drive, NothingCame, ordered
from demo.people_of import NAMES, Refused
from demo.stories import granted
from shared.contracts.case_states import CASE_STATES

TRIAL = "http://127.0.0.1:8000"
STACK = Path("var/stack.env")
EXPECTED = Path(__file__).parent / "granted.events.txt"


def tell(person: str, act: str, state: str | None, events: list[str]) -> None:
    """One step, for people."""
    sys.stdout.write(f"\n{NAMES[person]}（{person}）：{act}   [{CASE_STATES.get(state or '', '')}]\n")
    for line in events:
        sys.stdout.write(f"    · {line}\n")
    sys.stdout.flush()


def main(url: str) -> int:
    """0 when the case was archived and its events are the expected ones."""
    with httpx.Client(base_url=url, timeout=30) as http:
        drive = Drive(http, tell)
        try:
            granted(drive)
        except httpx.TransportError as error:
            if drive.case_id:
                sys.stderr.write(f"\n与系统的连接中断 / the connection was lost: {error}\n")
                return 1
            sys.stderr.write(f"没有系统在 {url} 运行；先执行 make run（试用）或 make stack（完整部署）。\n")
            return 2
        except (NothingCame, Refused) as problem:
            sys.stderr.write(f"\n{problem}\n")
            return 1
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    if ordered(drive.events) != expected:
        sys.stderr.write("\n事件与预期不同 / the events differ from demo/granted.events.txt\n")
        return 1
    sys.stdout.write(f"\n案件 {drive.number} 已归档；{len(expected)} 个事件与预期一致。\n")
    return 0


def running() -> str:
    """The address of the system to drive."""
    if "PUBLIC_URL" in os.environ:
        return os.environ["PUBLIC_URL"]
    written = STACK.read_text(encoding="utf-8").splitlines() if STACK.exists() else []
    urls = [line.partition("=")[2].strip("'\"") for line in written if line.startswith("PUBLIC_URL=")]
    return urls[0] if urls else TRIAL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else running()))

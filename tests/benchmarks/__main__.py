"""``python -m tests.benchmarks NAME``: prints ratios against a baseline of the same run; exit code 1 on a miss."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

_MODULES = {
    "board": "board",
    "chunks": "chunks",
    "form": "forms",
    "idle": "idling",
    "journal": "journal",
    "list": "listing",
    "site": "site",
    "start": "starting",
}


def main() -> int:
    """Run the benchmarks that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", nargs="+", choices=sorted(_MODULES))
    parser.add_argument("--minutes", default="", help="how long site goes on (10)")
    arguments = parser.parse_args()
    if arguments.minutes:
        os.environ["SITE_MINUTES"] = arguments.minutes
    good = [import_module(f"tests.benchmarks.{_MODULES[name]}").run() for name in arguments.name]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

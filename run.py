"""The one entry: `python run.py COMMAND` (web, worker, clock, all, upgrade, seed, …); `--help` lists them.

Exit status: 0 done, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import sys
from pathlib import Path

OLDEST = (3, 11)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.version_info < OLDEST:
        sys.stderr.write("Huiyin needs Python 3.11 or newer: start it with `make run`.\n")
        return 1
    try:
        from app.cli.main import main as command_line
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"app", "config"}:
            raise
        sys.stderr.write(
            f"The package {missing.name} is not installed: start with `make run`, or with .venv/bin/python.\n"
        )
        return 1
    return command_line(arguments)


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent)
    sys.exit(main())

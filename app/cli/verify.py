"""Command: verify [CASE_NO]: the chain of hashes over each case's events."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app.cli.frame import add_json, application, emit

if TYPE_CHECKING:
    from argparse import Namespace

SHOWN = 10_000
"""A line of progress after so many cases."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add verify."""
    command = commands.add_parser("verify", help="check the event chain of one case, or of all")
    command.add_argument("case_no", metavar="CASE_NO", nargs="?", help="case or receipt number; all cases without")
    add_json(command)
    command.set_defaults(run=verify)


def verify(options: Namespace) -> int:
    """Print how many cases were checked and which are broken; 1 where any is."""
    with application():
        from app.operations.verification import verify as check

        checked = check(options.case_no, _progress)
    data = {"cases": checked.case_count, "events": checked.event_count, "faults": checked.faults}
    counts = f"{checked.case_count:,} cases, {checked.event_count:,} events, {len(checked.faults):,} faults"
    emit(options, data, [*checked.faults, counts])
    return 1 if checked.faults else 0


def _progress(count: int) -> None:
    """Progress goes to standard error, so that --json stays JSON."""
    if count % SHOWN == 0:
        sys.stderr.write(f"{count:,} cases checked…\n")
        sys.stderr.flush()

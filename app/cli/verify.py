"""Command: verify [CASE_NO]: the chain of hashes over each case's events."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.frame import add_json

if TYPE_CHECKING:
    from argparse import Namespace


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add verify."""
    command = commands.add_parser("verify", help="check the event chain of one case, or of all")
    command.add_argument(
        "case_no", metavar="CASE_NO", nargs="?", help="case or receipt number; all cases without"
    )
    add_json(command)
    command.set_defaults(run=verify)


def verify(options: Namespace) -> int:
    """Print how many cases were checked and which are broken; 1 where any is."""
    raise NotImplementedError

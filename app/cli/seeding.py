"""Command: seed (catalogue, regions, departments, calendar, policy; demonstration). Safe to run again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from flask import Flask

DEMO_CASES = 300


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add seed."""
    command = commands.add_parser(
        "seed", help="catalogue, regions, departments, calendar, policy; safe to run again"
    )
    command.add_argument(
        "--demo", action="store_true", help="add demonstration accounts and cases (development only)"
    )
    command.add_argument(
        "--cases", type=int, metavar="N", help=f"number of demonstration cases ({DEMO_CASES})"
    )
    command.set_defaults(run=seed)


def seed(options: Namespace) -> None:
    """Write the seeds and, with --demo, the demonstration accounts and N cases."""
    raise NotImplementedError


def first_start(app: Flask) -> None:
    """Seed; where a development database has no case, add the demonstration. In the app's context."""
    raise NotImplementedError

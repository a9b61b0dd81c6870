"""Commands: import cases FILE, export cases --to FILE."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.frame import add_json

if TYPE_CHECKING:
    from argparse import Namespace


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add import and export."""
    importing = commands.add_parser("import", help="import from a file").add_subparsers(
        metavar="WHAT", required=True
    )
    cases_in = importing.add_parser("cases", help="file the cases of a workbook or list, original times kept")
    cases_in.add_argument("file", type=Path, metavar="FILE", help="xlsx, csv or jsonl")
    cases_in.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    add_json(cases_in)
    cases_in.set_defaults(run=import_cases)
    exporting = commands.add_parser("export", help="export to a file").add_subparsers(
        metavar="WHAT", required=True
    )
    cases_out = exporting.add_parser("cases", help="write all cases to a workbook or list")
    cases_out.add_argument("--to", type=Path, metavar="FILE", required=True, help="xlsx, csv or jsonl")
    add_json(cases_out)
    cases_out.set_defaults(run=export_cases)


def import_cases(options: Namespace) -> int:
    """Import cases; 1 where any row was refused."""
    raise NotImplementedError


def export_cases(options: Namespace) -> None:
    """Export all cases."""
    raise NotImplementedError

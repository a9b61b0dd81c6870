"""Commands: import cases FILE, export cases --to FILE."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.frame import add_json, application, emit, say

if TYPE_CHECKING:
    from argparse import Namespace

    from app.operations.importing import Tally

SHOWN_ERRORS = 20


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add import and export."""
    importing = commands.add_parser("import", help="import from a file").add_subparsers(metavar="WHAT", required=True)
    cases_in = importing.add_parser("cases", help="file the cases of a workbook or list, original times kept")
    cases_in.add_argument("file", type=Path, metavar="FILE", help="xlsx, csv or jsonl")
    cases_in.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    add_json(cases_in)
    cases_in.set_defaults(run=import_cases)
    exporting = commands.add_parser("export", help="export to a file").add_subparsers(metavar="WHAT", required=True)
    cases_out = exporting.add_parser("cases", help="write all cases to a workbook or list")
    cases_out.add_argument("--to", type=Path, metavar="FILE", required=True, help="xlsx, csv or jsonl")
    add_json(cases_out)
    cases_out.set_defaults(run=export_cases)


def import_cases(options: Namespace) -> int:
    """Import cases; 1 where any row was refused."""
    from app.domain.access import SYSTEM
    from app.exchange.cases_in import candidates, sha256
    from app.extensions import clock
    from app.models.scope import acting
    from app.operations.importing import Tally, dry_run, run_import

    with application(), acting(SYSTEM):
        unused: set[str] = set()
        rows, tally = candidates(options.file, unused), Tally()
        if options.dry_run:
            steps = dry_run(rows, SYSTEM, clock.now())
        else:
            steps = run_import(rows, options.file.name, sha256(options.file), SYSTEM, clock.now)
        for latest in _with_progress(steps, quiet=options.json):
            tally = latest
    data = {**asdict(tally), "unused_columns": sorted(unused)}
    emit(options, data, _told(tally, sorted(unused), is_dry_run=options.dry_run))
    return 1 if tally.failed else 0


def _with_progress(steps: Iterable[Tally], *, quiet: bool) -> Iterator[Tally]:
    """A line every second: rows, what came of them, rows a second."""
    began = said = time.monotonic()
    for tally in steps:
        now = time.monotonic()
        if now - said >= 1 and not quiet:
            said = now
            say(f"{_counts(tally)}, {tally.rows / (now - began):.0f} rows/s")
        yield tally


def _counts(tally: Tally) -> str:
    return f"{tally.rows} rows: {tally.filed} filed, {tally.repeated} filed before, {tally.failed} refused"


def _told(tally: Tally, unused: list[str], *, is_dry_run: bool) -> Iterator[str]:
    for each in tally.errors[:SHOWN_ERRORS]:
        yield f"line {each['line']}: " + "; ".join(f"{name}: {text}" for name, text in each["fields"].items())
    if tally.failed > SHOWN_ERRORS:
        yield f"… and {tally.failed - SHOWN_ERRORS} more (--json shows up to 1,000)"
    if unused:
        yield f"Columns without a meaning here, not read: {', '.join(unused)}"
    yield ("Dry run, nothing written. " if is_dry_run else "") + _counts(tally)


def export_cases(options: Namespace) -> None:
    """Export all cases."""
    from app.domain.access import SYSTEM
    from app.exchange.cases_out import write
    from app.models.scope import acting
    from app.operations.exporting import COLUMNS, case_rows

    with application(), acting(SYSTEM):
        count = write(options.to, case_rows(), list(COLUMNS))
    emit(options, {"rows": count, "file": str(options.to)}, [f"{count} cases written to {options.to}"])

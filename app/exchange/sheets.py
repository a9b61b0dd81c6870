"""The first sheet of a workbook (xlsx), read row by row and never believed in what it says of its size."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from app.domain.errors import Invalid
from app.exchange.columns import DAYS, INSTANTS
from app.exchange.reading import (
    MAX_COLUMNS,
    MAX_LINES,
    MAX_ROW,
    MAX_UNPACKED,
    Row,
    Titles,
    Values,
    by_field,
    too_long,
)


def xlsx_rows(path: Path, titles: Titles) -> Iterator[Row]:
    """A header, then rows. Raises Invalid for what is no workbook, or unpacks into too much (a zip bomb)."""
    _check_package(path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")
        with _workbook(path) as book:
            lines = enumerate(_cells(book), 1)
            columns = titles.of_head(next(lines, (1, ()))[1])
            for number, cells in lines:
                if any(cell not in (None, "") for cell in cells):
                    yield number, _row(columns, cells, book.epoch)


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(part.file_size for part in package.infolist())  # zipfile reads no part beyond its size
    except zipfile.BadZipFile as error:
        raise Invalid({"file": "This is no workbook (xlsx); one with a password cannot be read."}) from error
    if unpacked > MAX_UNPACKED:
        raise Invalid({"file": "The workbook unpacks to more than 500 MB."})


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # many kinds: zip, XML, a missing part
        raise _damaged() from error
    try:
        yield book
    finally:
        book.close()


def _cells(book: Any) -> Iterator[tuple[Any, ...]]:
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_row=MAX_LINES, max_col=MAX_COLUMNS, values_only=True)
    except Exception as error:
        raise _damaged() from error


def _damaged() -> Invalid:
    return Invalid({"file": "The workbook is damaged."})


def _row(columns: Sequence[str | None], cells: Sequence[Any], epoch: Any) -> Values | Invalid:
    if sum(len(cell) for cell in cells if isinstance(cell, str)) > MAX_ROW:
        return too_long()
    return {name: _dated(name, cell, epoch) for name, cell in by_field(columns, cells).items()}


def _dated(name: str, value: Any, epoch: Any) -> Any:
    """A bare number in a column of times is a count of days, as sheets keep times."""
    if name not in INSTANTS | DAYS or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return from_excel(value, epoch)
    except (OverflowError, ValueError):
        return value

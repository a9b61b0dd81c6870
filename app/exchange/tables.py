"""Lists read row by row, never whole: each row comes as its line and its values by field, or as what is wrong with it.

Bounds: 200 MB a file, 1 MB (of characters) a row, 500 MB of an unpacked workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.domain.errors import Invalid
from app.exchange.lists import csv_rows, jsonl_rows
from app.exchange.reading import MAX_FILE, Row, Titles
from app.exchange.sheets import xlsx_rows

READERS: Mapping[str, Callable[[Path, Titles], Iterator[Row]]] = {
    ".jsonl": jsonl_rows,
    ".csv": csv_rows,
    ".xlsx": xlsx_rows,
}


def rows_of(path: Path, unused: set[str] | None = None) -> Iterator[Row]:
    """The rows of a file by its suffix; titles that mean nothing here are added to `unused`.

    Raises Invalid (key `file`, or a column) at the first row where the file cannot be used.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Invalid({"file": "The name of the file must end in .xlsx, .csv or .jsonl."})
    if path.stat().st_size > MAX_FILE:
        raise Invalid({"file": "The file is larger than 200 MB."})
    return reader(path, Titles(set() if unused is None else unused))

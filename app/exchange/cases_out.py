"""Cases to files: jsonl, csv, xlsx, row by row; complainants masked, no cell ever a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from app.domain.errors import Invalid

STARTS_A_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def write(path: Path, rows: Iterable[Mapping[str, Any]], columns: list[str]) -> int:
    """Write rows by the file's ending; how many. Raises Invalid for another ending."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise Invalid({"file": "Give a file that ends in .jsonl, .csv or .xlsx."})
    return writer(path, rows, columns)


def _jsonl(path: Path, rows: Iterable[Mapping[str, Any]], _columns: list[str]) -> int:
    with path.open("w", encoding="utf-8") as file:
        return sum(1 for row in rows if file.write(json.dumps(row, ensure_ascii=False) + "\n"))


def _csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: list[str]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(columns)
        return sum(1 for row in rows if lines.writerow([harmless(_text(row[name])) for name in columns]))


def _xlsx(path: Path, rows: Iterable[Mapping[str, Any]], columns: list[str]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    sheet.append(columns)
    count = 0
    for row in rows:
        sheet.append([text_cell(sheet, _text(row[name])) for name in columns])
        count += 1
    book.save(path)
    return count


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a leading apostrophe where it might."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds a text and is never a formula, without characters that no sheet can hold."""
    cell = WriteOnlyCell(sheet, "".join(letter for letter in text if letter >= " " or letter in "\n\t"))
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _text(value: Any) -> str:
    return "" if value is None else str(value)


_WRITERS: Mapping[str, Callable[[Path, Iterable[Mapping[str, Any]], list[str]], int]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".xlsx": _xlsx,
}

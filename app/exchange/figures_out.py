"""Figures to a workbook: a head that stays, numbers as numbers, texts that are no formulas, who made it and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from app.exchange.cases_out import text_cell

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
LONGEST = 31
"""Letters of a sheet's name."""


def workbook(title: str, rows: Iterable[Sequence[Any]], told: str) -> bytes:
    """The content of a workbook with one sheet: the first row is its head, the last one says who made it and when."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_NAMES.sub(" ", title)[:LONGEST])
    sheet.freeze_panes = "A2"
    lines = [*rows, (), (told,)]
    for place, width in enumerate(_widths(lines), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    return value if isinstance(value, int | float) else text_cell(sheet, str(value))


def _widths(lines: Sequence[Sequence[Any]]) -> list[int]:
    """By the head and the first column; Chinese letters are twice as wide."""
    head = [len(str(name).encode("gb18030", "replace")) for name in lines[0]]
    first = max(len(str(line[0]).encode("gb18030", "replace")) for line in lines if line)
    return [min(60, max(first, *head[:1]) + 2), *(min(40, width + 4) for width in head[1:])]

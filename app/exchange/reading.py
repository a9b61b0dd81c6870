"""What all readers of lists share: bounds, rows, and columns found by their titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.errors import Invalid
from app.exchange.columns import NEEDED, field_of

MB: Final = 1024 * 1024
MAX_FILE, MAX_ROW, MAX_UNPACKED = 200 * MB, MB, 500 * MB
MAX_LINES, MAX_COLUMNS = 1_048_576, 256  # a sheet has no more lines; more columns have no meaning here
Values = dict[str, Any]
Row = tuple[int, Values | Invalid]


@dataclass(frozen=True)
class Titles:
    """Turns titles into fields; `unused` fills up with titles that mean nothing here."""

    unused: set[str] = field(default_factory=set)

    def field(self, title: str) -> str | None:
        """The field of one column; None, and remembered, for a column that is not ours."""
        name = field_of(title)
        if name is None and title.strip() and len(self.unused) < MAX_COLUMNS:
            self.unused.add(title.strip()[:60])
        return name

    def of_head(self, cells: Iterable[Any]) -> list[str | None]:
        """Fields of a header row. Raises Invalid where one is there twice, or one that every row needs is missing."""
        found = [None if cell is None else self.field(str(cell)) for cell in cells]
        used = [name for name in found if name]
        errors = {name: "The column is there twice." for name in used if used.count(name) > 1}
        errors |= {name: "The column is missing." for name in NEEDED if name not in used}
        if errors:
            raise Invalid(errors)
        return found


def by_field(titles: Sequence[str | None], cells: Sequence[Any]) -> Values:
    """Cells by field; cells without a title of ours are left out."""
    return {title: cell for title, cell in zip(titles, cells, strict=False) if title}


def too_long() -> Invalid:
    """The error of a row beyond the bound."""
    return Invalid({"row": "The row is longer than 1 MB."})

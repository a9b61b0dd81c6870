"""JSON lines and CSV, read line by line; UTF-8 (with or without mark) or GB18030."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

from app.domain.errors import Invalid
from app.exchange.columns import NESTED
from app.exchange.reading import MAX_ROW, MB, Row, Titles, Values, by_field, too_long


def encoding_of(path: Path) -> str:
    """UTF-8 or GB18030, by all of the content. Raises Invalid for neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                for part in iter(partial(file.read, MB), b""):
                    decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Invalid({"file": "The text is neither UTF-8 nor GB18030."})


def jsonl_rows(path: Path, titles: Titles) -> Iterator[Row]:
    """One object a line; nested objects become fields with a dot."""
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        for number, line in enumerate(_bounded(file), 1):
            if line is None:
                yield number, too_long()
            elif line.strip():
                yield number, _object(line, titles)


def csv_rows(path: Path, titles: Titles) -> Iterator[Row]:
    """A header, then rows; commas, semicolons or tabs. A row's number is that of its first line."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        head = file.readline(MAX_ROW)
        file.seek(0)
        csv.field_size_limit(MAX_ROW)
        lines = csv.reader(
            ("\0" if line is None else line for line in _bounded(file)), delimiter=max(",\t;", key=head.count)
        )
        columns = titles.of_head(next(lines, []))
        while cells := _next(lines):
            yield cells[0], cells[1] if isinstance(cells[1], Invalid) else by_field(columns, cells[1])


def _next(lines: Any) -> tuple[int, Sequence[str] | Invalid] | None:
    """The next row that has anything in it; None at the end."""
    while True:
        number = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return None
        except csv.Error:  # a cell beyond the bound: a quote was never closed
            return number, too_long()
        if cells == ["\0"] or sum(map(len, cells)) > MAX_ROW:
            return number, too_long()
        if any(cells):
            return number, cells


def _bounded(file: IO[str]) -> Iterator[str | None]:
    """Physical lines; None for one that is too long, which is skipped piece by piece."""
    while line := file.readline(MAX_ROW + 1):
        is_too_long = len(line) > MAX_ROW
        while is_too_long and line and not line.endswith(("\n", "\r")):
            line = file.readline(MAX_ROW + 1)
        yield None if is_too_long else line


def _object(line: str, titles: Titles) -> Values | Invalid:
    try:
        return _flat(json.loads(line), titles)
    except Invalid as error:
        return error
    except (ValueError, RecursionError):
        return Invalid({"row": "The line is not valid JSON."})


def _flat(given: Any, titles: Titles) -> Values:
    if not isinstance(given, dict):
        raise Invalid({"row": "Give a JSON object."})
    found: Values = {}
    for name, value in given.items():
        if name not in NESTED:
            found |= _named({name: value}, titles)
        elif value is not None:
            found |= _named(_inner(name, value), titles)
    return found


def _inner(name: str, value: Any) -> Values:
    if not isinstance(value, dict):
        raise Invalid({name: "Give a JSON object."})
    return {f"{name}.{key}": inner for key, inner in value.items()}


def _named(values: Values, titles: Titles) -> Values:
    return {name: value for title, value in values.items() if (name := titles.field(title))}

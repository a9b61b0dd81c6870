"""Values for columns that nobody may write, and forms as a browser has filled them in."""

from __future__ import annotations

from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import inspect

from tests.architecture.routes import NOUNS

FORGED = "forged by hand"


def forbidden(noun: str, form: str) -> list[str]:
    """Attributes of a noun that a form (`add_columns`, `edit_columns`) does not have: columns, relations, sealed."""
    names = dict(inspect(NOUNS[noun].model).all_orm_descriptors)
    return [name for name in (*names, "_sa_instance_state", "__class__") if name not in getattr(NOUNS[noun], form)]


def value(noun: str, name: str, row: dict[str, Any]) -> Any:
    """Another value than the row has, of the column's kind; an id for relations."""
    known = row.get(name)
    if isinstance(known, bool):
        return not known
    if isinstance(known, int | float):
        return known + 1
    if isinstance(known, datetime):
        return "2001-01-01T00:00:00+08:00"
    if isinstance(known, date):
        return "2001-01-01"
    if name in inspect(NOUNS[noun].model).relationships:
        return [2] if inspect(NOUNS[noun].model).relationships[name].uselist else 2
    return FORGED[:6] if name.endswith("code") else FORGED


class _Form(HTMLParser):
    """What the fields of a page's form hold."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag in ("select", "textarea"):
            self._open = name
            self.fields.setdefault(name, [] if tag == "select" else "")
        elif tag == "option" and "selected" in found and self._open:
            self.fields[self._open] = [*self.fields[self._open], found.get("value") or ""]
        elif tag == "input" and name and (found.get("type") != "checkbox" or "checked" in found):
            self.fields[name] = found.get("value") or "y"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and isinstance(self.fields[self._open], str):
            self.fields[self._open] += data


def filled(page: str) -> dict[str, Any]:
    """The fields of the last form on a page, as a browser would send them back."""
    reader = _Form()
    reader.feed(page[page.rindex("<form") :])
    return {
        name: text.removeprefix("\r").removeprefix("\n") if isinstance(text, str) else text
        for name, text in reader.fields.items()
        if name
    }

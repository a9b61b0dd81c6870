"""Columns of a list of cases: the intake call's names, with a dot for what is nested, and their Chinese titles."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

NESTED: Final = ("respondent", "complainant", "form")
NEEDED: Final = ("title", "body", "region_code", "channel")
INSTANTS: Final = frozenset({"filed_at", "replied_at"})
DAYS: Final = frozenset({"occurred_on"})
FLAGS: Final = frozenset({"is_confidential", "complainant.anonymous"})


@cache
def _read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return found


@cache
def fields() -> frozenset[str]:
    """Every field but the matters' own, which are `form.<key>`."""
    return frozenset(_read("headers.json").values())


def titles() -> list[tuple[str, str]]:
    """(Chinese title, field) of every column that an import knows, by field."""
    return sorted(_read("headers.json").items(), key=lambda pair: pair[1])


def field_of(title: str) -> str | None:
    """The field that a column title names, as `form.fee_name` or in Chinese; None for a column that is not ours."""
    name = unicodedata.normalize("NFKC", title).strip("\ufeff*: \t\r\n")
    if name in fields() or (name.startswith("form.") and name != "form."):
        return name
    return _read("headers.json").get(name)


def code_of(kind: str, text: str) -> str:
    """The code for a word of a column (a channel, a kind, yes or no); what is no such word stays as it is."""
    code: str = _read("words.json").get(kind, {}).get(text.lower(), text)
    return code

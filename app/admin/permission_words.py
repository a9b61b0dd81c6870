"""What a role may do, for its page: each noun with all that may be done to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.resources.permits import ACT, page_word


def in_words(permissions: Iterable[Any]) -> list[tuple[str, list[str]]]:
    """FAB's permission rows as (noun or page, what may be done), each said once, in the order of the pages' names."""
    found: dict[str, dict[str, None]] = {}
    for row in permissions:
        act = row.permission.name
        found.setdefault(page_word(row.view_menu.name), {})[str(ACT.get(act, act))] = None
    return [(page, list(acts)) for page, acts in sorted(found.items())]

"""Search for a piece of text in what cases tell: by pairs of characters (bigrams), because Chinese has no spaces.

PostgreSQL keeps a GIN index over `huiyin_bigrams(text)`, SQLite the FTS5 table `case_search`, which triggers fill by
the function `huiyin_grams` of each connection (both by migration 0007). They only narrow down; a comparison of the
text itself decides. What is searched is the redacted text, for everybody: a search must not tell what is not shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, cast, false, func, literal, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Text

from app.models.case import Case
from app.models.grams import bigrams, grams

LEAST, MOST = 2, 100
_BY_MIGRATION = ("case_search", "ix_cases_text")


def is_declared(name: str | None, *_: object) -> bool:
    """Whether migrations are compared with models by it: tables and index of this search are no model's."""
    return not (name or "").startswith(_BY_MIGRATION)


def is_searchable(wanted: Any) -> bool:
    """Whether there is anything to search by: two characters at least, a hundred at most."""
    return isinstance(wanted, str) and LEAST <= len(wanted.strip()) <= MOST


def found(wanted: str, dialect: str, *, is_common: bool) -> ColumnElement[bool]:
    """Condition on cases that their title or account holds these words.

    `is_common`: there are so many that walking the newest first finds a page sooner than the index does.
    """
    if not is_searchable(wanted):
        return false()
    wanted = wanted.strip()
    told = func.coalesce(Case.title_redacted, "") + literal(" ") + func.coalesce(Case.body_redacted, "")
    holds = func.lower(told).contains(wanted.lower(), autoescape=True)
    return holds if is_common else and_(_narrowed(wanted, dialect), holds)


def _narrowed(wanted: str, dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        words = text("cases.id IN (SELECT rowid FROM case_search WHERE case_search MATCH :grams)")
        return words.bindparams(grams=" AND ".join(grams(wanted).split()))  # type: ignore[return-value]
    told = func.coalesce(Case.title_redacted, text("''")) + text("' '") + func.coalesce(Case.body_redacted, text("''"))
    return func.huiyin_bigrams(told, type_=ARRAY(Text)).contains(cast(bigrams(wanted), ARRAY(Text)))


def install() -> None:
    """Let the doors' filters find it at the model; idempotent."""
    Case.text_search = staticmethod(found)  # type: ignore[attr-defined]

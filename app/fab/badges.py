"""Badges: a tint, a word and a shape, so that no meaning rests on a colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from app.domain.deadlines import china_day
from app.fab.shell import icon
from app.operations.books import books
from app.operations.worklists import SOON_DAYS

SHAPES: Mapping[str, str] = {
    "good": "circle-check",
    "soon": "clock",
    "late": "alert-triangle",
    "note": "circle-dot",
    "calm": "circle",
    "violet": "progress",
}


def badge(word: Any, tone: str) -> Markup:
    """The word in its tone; without one, the word alone."""
    if tone not in SHAPES:
        return Markup("{}").format(word)
    return Markup('<span class="hy-badge hy-badge-{}">{}{}</span>').format(tone, icon(SHAPES[tone]), word)


def toned(tones: Mapping[Any, str], words: Mapping[Any, Any]) -> Any:
    """A formatter of FAB's for a column of choices, or of yes and no; the page itself words what has no tone."""

    def shown(value: Any) -> Any:
        if value is None or (value not in tones and value not in words):
            return value
        word = (gettext("Yes") if value else gettext("No")) if isinstance(value, bool) else words.get(value, value)
        return badge(word, tones.get(value, ""))

    return shown


def time_left(due: date, now: datetime) -> Markup:
    """How long until a day or moment, in working days: good, soon or late."""
    today = china_day(now)
    last, is_late = (china_day(due), due < now) if isinstance(due, datetime) else (due, due < today)
    days = books().calendar.working_days_between(today, last)
    if is_late:
        text = gettext("%(days)s working days late", days=-days) if days < 0 else gettext("late")
        return badge(text, "late")
    text = gettext("%(days)s working days left", days=days) if days else gettext("due today")
    return badge(text, "soon" if days <= SOON_DAYS else "good")

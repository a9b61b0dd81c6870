"""Filters of the officers' templates: codes as words, moments in China, how long a limit still runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from app.admin.permission_words import in_words
from app.domain.calendar import CHINA
from app.fab.badges import badge
from app.resources import tones
from app.resources.words import word


def _word(code: Any, kind: str) -> str:
    return word(kind, code)


def china(moment: datetime | None) -> str:
    """A moment to the minute, in China."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if moment else ""


def china_day(moment: datetime | date | None) -> str:
    """The day of a moment, in China."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(CHINA).date()
    return moment.isoformat() if moment else ""


def days_left(line: Any) -> str:
    """How long a limit still runs, or how late it is, in working days."""
    if line.is_late:
        late = max(-line.days_left, 0)
        return gettext("%(days)s working days late", days=late) if late else gettext("late")
    return gettext("%(days)s working days left", days=line.days_left) if line.days_left else gettext("due today")


def status_badge(status: str) -> Markup:
    """A case's status as a badge."""
    return badge(word("status", status), tones.STATUS.get(status, ""))


def span(time: timedelta | None) -> str:
    """How long something took, in its two largest units; nothing for no time at all."""
    minutes = int(time.total_seconds()) // 60 if time else 0
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return gettext("%(days)s d %(hours)s h", days=days, hours=hours) if hours else gettext("%(days)s d", days=days)
    if hours and not rest:
        return gettext("%(hours)s h", hours=hours)
    if hours:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
    return gettext("%(minutes)s min", minutes=rest) if rest else ""


FILTERS: Mapping[str, Callable[..., Any]] = {
    "word": _word,
    "china": china,
    "china_day": china_day,
    "days_left": days_left,
    "status_badge": status_badge,
    "span": span,
    "permission_words": in_words,
}

"""The home page at /admin/ 工作台: how much waits in each of my lists, what is most urgent, what others have done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_login import current_user

from app.admin.casework import LISTS
from app.admin.views import CaseChart
from app.admin.who import may, me
from app.domain.access import Actor, Role
from app.domain.scoring import Rate
from app.extensions import clock
from app.fab.figures import figures
from app.fab.views import AdminIndex, to_login
from app.operations import news, statistics, worklists

FIRST = ("overdue", "due_soon")
"""The lists that lead."""
ICONS = {
    "overdue": "alert-triangle",
    "due_soon": "clock-hour-4",
    "to_classify": "category",
    "to_accept": "inbox",
    "supplementing": "player-pause",
    "to_assign": "send",
    "returned": "arrow-back-up",
    "to_sign": "clipboard-check",
    "in_hand": "briefcase",
    "to_follow_up": "phone",
    "to_close": "circle-check",
    "second_look": "eye",
    "filed_open": "file-text",
}
ONLY_READING = frozenset({Role.LEADER_VIEW, Role.AUDITOR})
COOKIE, KEPT = "seen", 90 * 24 * 3600
AWAY, AT_FIRST, LONGEST = timedelta(minutes=30), timedelta(days=1), timedelta(days=14)
"""So long nobody was here before a visit counts as a new one; what a first visit is told of; the most that is told."""


class HomeView(AdminIndex):
    """Work lists with counts, the cases whose limits run out first, and news since the last visit."""

    index_template = "admin/home.html"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The page, or the login."""
        if not current_user.is_authenticated:
            return to_login()
        actor, now = me(), clock.now()
        since, kept = visit(request.cookies.get(COOKIE, ""), actor.user_id, now)
        told = _told(actor, now, since) if may("can_read") else {}
        page = self.render_template(self.index_template, actor=actor, since=since, titles=LISTS, icons=ICONS, **told)
        answer = make_response(page)
        is_secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer.set_cookie(COOKIE, kept, max_age=KEPT, path="/admin", httponly=True, samesite="Lax", secure=is_secure)
        return answer


def visit(kept: str, user_id: int, now: datetime) -> tuple[datetime, str]:
    """When this officer's visit before this one ended, and what the browser is to keep: `user.since.last`, in seconds.

    It decides only how much its own reader is told, so that it is neither signed nor written down here.
    """
    numbers = [int(part) for part in kept.split(".") if part.isdigit() and len(part) < len("99999999999")]
    at = int(now.timestamp())
    if len(numbers) != len(("user", "since", "last")) or numbers[0] != user_id or numbers[2] > at:
        numbers = [user_id, at - int(AT_FIRST.total_seconds()), at]
    _, since, last = numbers
    since = last if at - last > AWAY.total_seconds() else since
    since = max(since, at - int(LONGEST.total_seconds()))
    return datetime.fromtimestamp(since, UTC), f"{user_id}.{since}.{at}"


def _told(actor: Actor, now: datetime, since: datetime) -> dict[str, Any]:
    counts = sorted(worklists.counts(actor, now), key=lambda line: (*FIRST, line[0]).index(line[0]))
    return {
        "counts": counts,
        "lines": worklists.urgent(actor, now),
        "news": news.since(actor, since),
        "overview": _overview() if actor.roles <= ONLY_READING else None,
    }


def _overview() -> dict[str, Any]:
    """For those who only read: cases by month, and how many limits are kept."""
    chart = next(each for each in CaseChart.charts if each.name == "by-month")
    drawn = figures(CaseChart.datamodel, chart)
    return {
        "chart_title": str(chart.title),
        "chart_type": chart.kind,
        "value_columns": drawn,
        "modelview_name": "overview",
        "rates": [(name, _rate(name)) for name in ("completion", "on_time")],
    }


def _rate(name: str) -> Rate:
    rows = statistics.figures(name)["rows"]
    return Rate(sum(row[1] for row in rows), sum(row[2] for row in rows))

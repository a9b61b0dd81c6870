"""What all public pages have in common: their blueprint, their actor, their headers and the words around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, get_locale, gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain.access import complainant
from app.domain.deadlines import Limit
from app.domain.evidence import MAX_CASE
from app.models.scope import acting
from app.portal.words import LIMITS

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
LARGEST = 1_048_576
WITH_FILES = {
    "portal.fill_in": MAX_CASE + LARGEST,
    "portal.step": MAX_CASE + LARGEST,
    "portal.progress": MAX_CASE + LARGEST,
}
"""Pages that take files as well: without scripts all of them come with the form."""
LEAVABLE = frozenset(
    f"portal.{name}"
    for name in (
        *("complain", "step", "fill_in", "done", "track", "progress", "withdrawal"),
        *("mine", "mine_code", "mine_list", "evaluate"),
    )
)
"""Pages that somebody may not want to be seen on: they have a button to leave quickly."""
CHINESE = Markup(' lang="zh-Hans"')
"""For what is written in Chinese only, on an English page: it is then read out as Chinese."""
NAVIGATION = (
    ("portal.complain", _l("File a complaint")),
    ("portal.track", _l("Follow progress")),
    ("portal.rate", _l("Rate an answer")),
    ("portal.guide", _l("Guide")),
)
portal = Blueprint("portal", __name__)
View = Callable[..., ResponseReturnValue]


def page(rule: str, *methods: str) -> Callable[[View], View]:
    """Make a view a public page: the visitor, signed in or not, acts as the complainant of no case."""

    def decorate(view: View) -> View:
        @wraps(view)
        def visited(**arguments: Any) -> ResponseReturnValue:
            with acting(complainant(0)):
                return view(**arguments)

        portal.add_url_rule(rule, view.__name__, visited, methods=list(methods) or ["GET"])
        return visited

    return decorate


@portal.url_value_preprocessor
def small(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Set the limit of a form before anything reads it: the longest complaint has a tenth of that."""
    request.max_content_length = WITH_FILES.get(request.endpoint or "", LARGEST)


@portal.after_request
def guarded(response: Response) -> Response:
    """Nothing from elsewhere, no script or style within the page, no frame around it, no referrer, no copy kept."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@portal.context_processor
def surroundings() -> dict[str, Any]:
    """What every page says around its text, and how it writes names, days and limits."""
    config, settings, locale = current_app.config, current_app.config["HUIYIN"], get_locale()
    return {
        "site_name": config.get("APP_NAME", ""),
        "contact": settings.contact,
        "home_url": url_for("portal.home"),
        "navigation": [
            (url_for(endpoint), name, request.path.startswith(url_for(endpoint))) for endpoint, name in NAVIGATION
        ],
        "languages": {code: each["name"] for code, each in config.get("LANGUAGES", {}).items()},
        "locale": str(locale),
        "html_lang": str(locale).replace("_", "-"),
        "here": request.full_path.rstrip("?"),
        "can_leave": (request.endpoint or "") in LEAVABLE,
        "named": named,
        "lang_of": lambda text: CHINESE if str(locale) == "en" and not str(text).isascii() else "",
        "limit_text": limit_text,
        "short_day": lambda when: format_date(when, "M-d"),
        "day": lambda when: format_date(when, "long"),
        "moment": lambda when: format_datetime(when, "yyyy-MM-dd HH:mm"),
    }


def told(errors: Mapping[str, Any]) -> dict[str, str]:
    """Messages for fields (English msgids) in the reader's language."""
    return {name: gettext(str(message)) for name, message in errors.items()}


def named(row: Any) -> str:
    """A row's name in the reader's language, where it has one in English."""
    return str((row.name_en if str(get_locale()) == "en" else None) or row.name)


def limit_text(limit: Limit) -> str:
    """A limit in words: 5 working days."""
    return str(LIMITS[limit.unit]) % {"value": limit.value}

"""Browsers that are signed in: the cookie holds a key made at the sign-in, its row says how long that counts."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, current_app, request, session
from flask_login import login_user, logout_user

from app.extensions import clock
from app.fab.problems import is_api
from app.operations import second_factor, sign_ins

KEY, SEEN, LOCALE = "key", "seen", "locale"
LACKS, PENDING = "lacks", "pending"
"""A second factor has to be set up first; the password was right and a code is awaited."""
PATIENCE = 300
POLLED = "huiyin.polled"
"""Endpoints that pages ask by themselves: an open page alone is nobody at the desk."""
_NAMES = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def install(app: Flask) -> None:
    """Note who is still there before anything else asks the database."""
    app.before_request_funcs.setdefault(None, []).insert(0, _see)


def sign_in(user: Any) -> None:
    """Begin anew: nothing of the session before stays (somebody else may have planted it) but the language."""
    user_id, language = user.id, session.get(LOCALE)
    lacks = second_factor.is_required(user) and not second_factor.is_enrolled(user_id)
    agent, now = request.headers.get("User-Agent", ""), clock.real()
    key = sign_ins.begin(user_id, request.remote_addr or "", browser_name(agent), now)
    session.clear()
    login_user(user, remember=False)
    session[KEY], session[SEEN] = key, int(now.timestamp())
    if lacks:
        session[LACKS] = True
    if language:
        session[LOCALE] = language


def await_code(user: Any) -> None:
    """The password was right: remember for five minutes who has to give a code. Nobody is signed in yet."""
    user_id, stamp, language = user.id, user.stamp, session.get(LOCALE)
    session.clear()
    session[PENDING] = [user_id, stamp, int(clock.real().timestamp())]
    if language:
        session[LOCALE] = language


def awaited(users: Any) -> Any:
    """The user whose code is awaited; None after five minutes, or where the account has changed meanwhile."""
    user_id, stamp, since = session.get(PENDING) or (0, 0, 0)
    user = users.get_user_by_id(user_id) if clock.real().timestamp() - since < PATIENCE else None
    return user if user is not None and user.is_active and user.stamp == stamp else None


def complete() -> None:
    """The second factor is set up: all pages are open."""
    session.pop(LACKS, None)


def sign_out() -> None:
    """End it, row and cookie."""
    language, key = session.get(LOCALE), session.get(KEY)
    logout_user()
    if not key:
        return
    sign_ins.end_key(key)
    session.clear()
    if language:
        session[LOCALE] = language


def own_key() -> str:
    """The key of this browser."""
    return str(session.get(KEY, ""))


def condition() -> Any:
    """What an account must fulfil to be this browser's; False without a key."""
    return sign_ins.holds(own_key(), clock.real())


def browser_name(agent: str) -> str:
    """A name for people: Chrome 156 · Windows."""
    name = next((f"{name} {found[1]}".strip() for mark, name in _NAMES if (found := _version(mark, agent))), "")
    system = next((name for marks, name in _SYSTEMS if re.search(marks, agent)), "")
    return " · ".join(part for part in (name, system) if part)


def _version(mark: str, agent: str) -> Any:
    return re.search(rf"{mark}\w*/(\d{{1,4}})", agent)


def _see() -> None:
    key, now = session.get(KEY), clock.real()
    endpoint = request.endpoint or ""
    if not key or is_api() or endpoint.endswith("static") or endpoint in current_app.extensions.get(POLLED, ()):
        return
    if now.timestamp() - session.get(SEEN, 0) >= sign_ins.DUE.total_seconds():
        sign_ins.see(key, now)
        session[SEEN] = int(now.timestamp())

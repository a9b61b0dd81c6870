"""The shell around every page of the back office: what its templates may call. Knows no noun.

FAB's widgets are rendered without context processors, so these are globals of Jinja.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from app.fab.memo import memo

ICONS = "vendor/icons-3.51.0/icons.svg"
DRAWER = "drawer-body"
HISTORY = "page_history"
"""FAB's own, in the session."""
LOOKS = frozenset({"dark", "elder"})
"""What a reader may switch on, kept in the cookie `look`, words parted by dots."""
_FONT_AWESOME = {  # FAB names its icons in Font Awesome's words
    "fa-briefcase": "briefcase",
    "fa-bar-chart": "chart-bar",
    "fa-mobile": "device-mobile-message",
    "fa-sliders": "adjustments",
    "fa-cogs": "settings",
    "fa-key": "key",
    "fa-trash": "trash",
    "fa-lock": "lock",
    "fa-edit": "edit",
    "fa-plus": "plus",
    "fa-rocket": "refresh",
    "fa-bolt": "command",
    "fa-user": "user",
    "fa-users": "users",
    "fa-group": "users",
}


class Entry(NamedTuple):
    """A line of the menu."""

    name: str
    label: str
    url: str
    icon: str
    is_here: bool
    entries: tuple[Entry, ...]


class Site(NamedTuple):
    """What the installation says of itself on every page."""

    theme: str
    band: str
    lines: tuple[str, ...]
    logo: str
    home: str


def install(app: Flask) -> None:
    """Give templates what they call, and every file of ours an address that changes with its content."""
    known: dict[str, str] = {}

    def versioned(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            name = values.get("filename", "")
            if app.debug or name not in known:
                known[name] = _version(Path(app.static_folder or "") / name)
            values["v"] = known[name]

    app.before_request(_note_history)
    app.after_request(_keep_history)
    app.url_default_functions.setdefault(None, []).append(versioned)
    app.jinja_env.globals.update(
        icon=icon, site=site, look=look, nav=nav, html_lang=html_lang, is_drawer=is_drawer, drawer_id=DRAWER
    )


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"


def icon(name: str | None, label: str = "") -> Markup:
    """An icon of the sprite, by its name there or FAB's; silent to screen readers unless it has a label."""
    name = name or "point"
    drawn = _FONT_AWESOME.get(name, "point" if name.startswith("fa-") else name)
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    kept = memo()
    address = kept.get(ICONS) or kept.setdefault(ICONS, url_for("static", filename=ICONS))
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(said, address, drawn)


def site() -> Site:
    """Theme, band, who runs it, the address of its picture (if it has one) and of its public pages."""
    settings, root = current_app.config.get("HUIYIN"), request.script_root
    if settings is None:  # an app of tests that has no settings
        return Site("gov-blue", "", (), "", f"{root}/")
    lines = tuple(line.strip() for line in settings.owner.split("|") if line.strip())
    return Site(settings.theme, settings.band, lines, f"{root}/logo" if settings.logo else "", f"{root}/")


def look() -> frozenset[str]:
    """What the reader has switched on: dark, elder."""
    return LOOKS & frozenset(request.cookies.get("look", "").split("."))


def switched(name: str, *, is_on: bool) -> str:
    """The cookie's new value when one look is switched on or off."""
    return ".".join(sorted(look() | {name} if is_on else look() - {name}))


def html_lang() -> str:
    """The language of the page, for its `lang`."""
    return str(get_locale() or "zh_Hans").replace("_", "-")


def is_drawer() -> bool:
    """Whether the page is asked for as a fragment, to stand in the drawer beside a list."""
    return request.headers.get("HX-Target") == DRAWER


def _note_history() -> None:
    if is_drawer():
        g.page_history = list(session.get(HISTORY, ()))


def _keep_history(response: Any) -> Any:
    """What is read in the drawer is no page to come back to: FAB would lead there after an action on the list."""
    if "page_history" in g and session.get(HISTORY) != g.page_history:
        session[HISTORY] = g.page_history
    return response


def leave(address: str) -> ResponseReturnValue:
    """On to another page, whether a page or the drawer has asked (the page around the drawer is left then)."""
    return Response(status=204, headers={"HX-Redirect": address}) if is_drawer() else redirect(address)


def nav() -> list[Entry]:
    """The menu of whoever is signed in, two levels, with the entry that is open; read once a request."""
    kept = memo()
    if "nav" not in kept:
        found = current_app.appbuilder.menu.get_data()  # type: ignore[attr-defined]
        here = _best(found, request.path)
        entries = (_entry(item, here) for item in found if item != "-")
        kept["nav"] = [entry for entry in entries if entry.url or entry.entries]
    made: list[Entry] = kept["nav"]
    return made


def _best(items: list[dict[str, Any]], path: str) -> str:
    """The address of the menu that the page lies below: the longest one; `-` parts groups."""
    groups = [item for item in items if item != "-"]
    flat = [each for item in groups for each in (item, *item.get("childs", ())) if each != "-"]
    roots = {each["url"]: _root(each["url"]) for each in flat if each.get("url")}
    fitting = [url for url, root in roots.items() if path == root or path.startswith(f"{root}/")]
    return max(fitting, key=lambda url: len(roots[url]), default="")


def _root(url: str) -> str:
    """The address below which a menu's pages lie: without the last step, which is `list` or the like."""
    path = url.partition("?")[0].rstrip("/")
    return path.removesuffix("/list")


def _entry(item: dict[str, Any], here: str) -> Entry:
    below = tuple(_entry(each, here) for each in item.get("childs", ()) if each != "-")
    url = item.get("url") or ""
    is_here = (bool(url) and url == here) or any(each.is_here for each in below)
    return Entry(item["name"], str(item["label"]), url if not below else "", item.get("icon") or "", is_here, below)

"""FAB made safe: bases that know no noun. `start` puts them into an app, `register` adds a noun's doors."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_wtf.csrf import CSRFProtect

from app.fab import browsers, gate, guard, headers, links, shell
from app.fab.answers import QuickJson
from app.fab.home import AdminIndex
from app.fab.interface import WriteHook
from app.fab.permissions import charts_menu
from app.fab.problems import register_error_handlers
from app.fab.saved_views import SavedViews
from app.fab.security import HuiyinSecurityManager, KeyCheck

SETTINGS: dict[str, Any] = {
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "FAB_API_MAX_PAGE_SIZE": 100,
    "FAB_API_SWAGGER_UI": True,
    "FAB_API_KEY_ENABLED": True,
    "FAB_ADD_SECURITY_API": False,
    "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
    "FAB_ADD_SECURITY_VIEW_MENU_VIEW": False,
    "FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW": False,
    "AUTH_USER_REGISTRATION": False,
}


def start(
    app: Flask,
    session: Any,
    *,
    csrf: CSRFProtect,
    user_model: type,
    write_hook: WriteHook,
    key_check: KeyCheck | None = None,
    indexview: type = AdminIndex,
) -> AppBuilder:
    """Headers, guard, errors, CSRF, then FAB: in this order. Call inside the app's context, with the database bound.

    An AppBuilder remembers its views, so each app gets a new one (`current_app.appbuilder`).
    """
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    app.json = QuickJson(app)
    app.extensions["huiyin.write_hook"] = write_hook
    headers.install(app, is_https=bool(app.config.get("SESSION_COOKIE_SECURE")))
    shell.install(app)
    browsers.install(app)
    guard.install(app)
    register_error_handlers(app)
    if "csrf" not in app.extensions:
        csrf.init_app(app)
    manager = type("OurSecurityManager", (HuiyinSecurityManager,), {"user_model": user_model})
    builder = AppBuilder(app, session, indexview=indexview, security_manager_class=manager)
    builder.sm.key_check = key_check
    links.install(app)
    builder.add_view_no_menu(SavedViews)
    gate.install(app)
    return builder


def register(builder: AppBuilder, view: Any = None, api: Any = None, chart: Any = None, icon: str = "") -> None:
    """Add a noun's view and chart (menu entries by noun, below its category) and its API."""
    for door, suffix in ((view, ""), (chart, "charts")):
        if door is not None:
            name = charts_menu(door) if suffix else door.noun
            category = getattr(door, "category", "")
            label = door.chart_title if suffix else door.list_title
            builder.add_view(door, name, label=label, icon=icon, category=category, category_label=category)
    if api is not None:
        builder.add_api(api)

"""The officers' door at /admin/: nouns as FAB generates them, the case page with its verbs, work lists, the outbox."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app import fab
from app.admin import account, clients, desk, factor, handbook, outbox
from app.admin.casework import CaseworkView
from app.admin.evidence import EvidenceView, size_text
from app.admin.filters import FILTERS
from app.admin.find import FindView
from app.admin.handbook import HandbookView
from app.admin.home import HomeView
from app.admin.outbox import OutboxView
from app.admin.unmask import UnmaskView
from app.admin.views import CHARTS, VIEWS
from app.exchange.figures_out import workbook
from app.fab.browsers import POLLED
from app.fab.permissions import Line
from app.gateways.presence import Presence
from app.resources import ApiClientResource

INDEX = HomeView
CATEGORIES = {
    "Casework": ("fa-briefcase", _l("Casework")),
    "Statistics": ("fa-bar-chart", _l("Statistics")),
    "Messages": ("fa-mobile", _l("Messages")),
    "Configuration": ("fa-sliders", _l("Configuration")),
    "System": ("fa-cogs", _l("System")),
}
"""The menu, in this order."""


def register(app: Flask) -> None:
    """Add every page to the app's FAB. Call in the app's context, after `fab.start`."""
    builder = app.appbuilder  # type: ignore[attr-defined]
    builder.base_template = "admin/layout.html"
    app.extensions["huiyin.workbook"] = workbook
    app.extensions[POLLED] = {"CaseworkView.here"}
    app.extensions["huiyin.presence"] = Presence(app.config["HUIYIN"].redis_url)
    app.jinja_env.filters.update(FILTERS, filesize=size_text)
    for name, (icon, label) in CATEGORIES.items():
        builder.menu.add_category(name, icon=icon, label=label)
    for view in VIEWS:
        fab.register(builder, view)
    for chart in CHARTS:
        fab.register(builder, chart=chart)
    builder.add_view(OutboxView, outbox.MENU, label=outbox.TITLE, category="Messages")
    builder.add_view(HandbookView, handbook.MENU, label=handbook.TITLE, category="System")
    builder.add_view(desk.DeskView, desk.MENU, label=desk.TITLE, category="Casework")
    builder.add_view(desk.DeskFindView, desk.FIND_MENU, label=desk.FIND_TITLE, category="Casework")
    builder.add_view_no_menu(account.AccountView)
    builder.add_view(clients.ClientKeysView, clients.MENU, label=clients.TITLE, category="System")
    builder.add_view_no_menu(factor.FactorView)
    builder.add_view_no_menu(CaseworkView)
    builder.add_view_no_menu(FindView)
    builder.add_view_no_menu(UnmaskView)
    builder.add_view_no_menu(EvidenceView)
    builder.menu.menu.sort(key=lambda item: item.name == "Security")  # FAB puts its own entry first


def permission_lines() -> set[Line]:
    """Permissions of the pages that are no noun, for `permission_table(extra=…)`."""
    lines: set[Line] = {(str(role), "can_read", outbox.MENU) for role in outbox.READERS}
    lines |= {(str(role), "can_manage", account.NAME) for role in account.KEEPERS}
    lines |= {(str(role), "menu_access", menu) for role in outbox.READERS for menu in (outbox.MENU, "Messages")}
    lines |= {(str(role), "can_read", handbook.MENU) for role in handbook.READERS}
    lines |= {(str(role), "menu_access", menu) for role in handbook.READERS for menu in (handbook.MENU, "System")}
    for roles, right, menu in ((desk.CLERKS, "can_write", desk.MENU), (desk.FINDERS, "can_read", desk.FIND_MENU)):
        for role in roles:
            lines |= {(str(role), right, desk.MENU), (str(role), "menu_access", menu)}
    lines |= {(str(role), "menu_access", clients.MENU) for role in ApiClientResource.rights["read"]}
    return lines | {(str(role), "menu_access", chart.category) for chart in CHARTS for role in chart.rights["read"]}

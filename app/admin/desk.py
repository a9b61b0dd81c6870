"""The desk at /admin/desk/: filing on somebody's behalf on one page, and looking a case up. No script is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import lazy_gettext as _l

from app.admin.typed import CHANNELS, Typed, filing_of, token_of, told
from app.admin.who import me
from app.domain.access import ADMINS, CENTRE, Role, sees_complainant
from app.domain.deadlines import china_day
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.redaction import redacted
from app.extensions import clock, site
from app.fab.views import tell
from app.operations import catalogue, intake, lookups, resembling, tracking
from app.operations.books import books
from app.operations.casework import load
from app.operations.filing import Filing, check_filing

MENU, FIND_MENU = "Desk", "Desk look-up"
TITLE, FIND_TITLE = _l("File for somebody"), _l("Look up")
CLERKS = ADMINS | {Role.WINDOW, Role.INTAKE}
FINDERS = CENTRE - {Role.LEADER_VIEW, Role.AUDITOR} | CLERKS
REASONS = {
    "phone": _l("same phone"),
    "company": _l("same company"),
    "respondent": _l("same respondent in the same region within 12 months"),
    "text": _l("similar text"),
}
KINDS = {
    "phone": _l("Phone"),
    "company_code": _l("Company code"),
    "company_name": _l("Company name"),
    "number": _l("Number"),
}


class DeskView(BaseView):
    """The page of a filing. `do` says which button was pressed: continue (load the matter's fields), file, or sure."""

    route_base = "/admin/desk"
    default_view = "file"
    class_permission_name = MENU
    method_permission_name = {"file": "write"}

    @expose("/", methods=["GET", "POST"])
    @has_access
    def file(self) -> ResponseReturnValue:
        """Ask, warn of what resembles it, file, and show the receipt."""
        if request.method == "GET":
            today = china_day(clock.now()).isoformat()
            first = {"channel": "hotline", "region_code": me().region_code, "received_on": today}
            return self._page({**first, "complainant.kind": "person"}, {})
        typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
        if typed.pop("do", "") == "continue":
            return self._page(typed, {}, is_continued=True)
        return self._file(typed, is_sure=request.form.get("do") == "sure")

    def _file(self, typed: dict[str, str], *, is_sure: bool) -> ResponseReturnValue:
        actor, now = me(), clock.now()
        form = _matter(typed)
        filing, errors = filing_of(typed, form.fields if form else ())
        try:
            check_filing(filing, books(), now)
        except Invalid as error:
            errors = {**error.fields, **errors}
        if errors:
            return self._page(typed, told(errors)), 422
        try:
            if not is_sure and not intake.is_filed(filing, actor) and (found := resembling.resembling(filing, now)):
                return self._page(typed, {}, found=found)
            filed = intake.file_case(filing, actor, now)
        except Refused as error:
            tell(error)
            return self._page(typed, {}), 409
        return self._receipt(filed, filing)

    def _page(self, typed: Typed, errors: Mapping[str, str], *, found: Any = (), is_continued: bool = False) -> str:
        form = _matter(typed)
        region = typed.get("region_code", "")
        page: str = self.render_template(
            "admin/desk.html",
            title=TITLE,
            typed={**typed, "token": token_of(typed)},
            errors=errors,
            found=found,
            reasons=REASONS,
            channels=CHANNELS,
            categories=catalogue.categories(),
            regions=catalogue.regions(),
            departments=catalogue.department_names(region) if region in books().directory.regions else (),
            form=form,
            is_continued=is_continued,
            today=china_day(clock.now()).isoformat(),
        )
        return page

    def _receipt(self, filed: intake.Filed, filing: Filing) -> ResponseReturnValue:
        names = [name for name in (filing.complainant.name, filing.complainant.org_name) if name]
        progress = tracking.open_by_code(filed.receipt_no, filed.query_code) if filed.query_code else None
        page = self.render_template(
            "admin/desk_receipt.html",
            title=filed.receipt_no,
            filed=filed,
            filing=filing,
            shown_title=redacted(filing.title, names),
            address=f"{site.public_url}{url_for('portal.track')}",
            progress=progress,
            is_shown=_is_in_scope(filed.case_id),
            now=clock.now(),
        )
        return page, 200, {"Cache-Control": "no-store"}


class DeskFindView(BaseView):
    """The page of a look-up; what is looked for goes by POST, so that no address and no log holds it."""

    route_base = "/admin/desk/find"
    default_view = "find"
    class_permission_name = MENU
    method_permission_name = {"find": "read"}

    @expose("/", methods=["GET", "POST"])
    @has_access
    def find(self) -> ResponseReturnValue:
        """The cases of a phone, a number or a company, in scope, masked."""
        if request.method == "GET":
            return self._page()
        try:
            return self._page(lookups.look_up(request.form.get("q", ""), me(), clock.now()))
        except Invalid as error:
            return self._page(errors=told(error.fields)), 422
        except Refused as error:
            tell(error)
            return self._page(), 429, {"Retry-After": "60"}

    def _page(self, found: lookups.Found | None = None, errors: Mapping[str, str] | None = None) -> str:
        known = {case.id for case in found.cases if sees_complainant(me(), case.ties)} if found else ()
        page: str = self.render_template(
            "admin/desk_find.html", title=FIND_TITLE, found=found, known=known, errors=errors or {}, kinds=KINDS
        )
        return page


def _matter(typed: Typed) -> catalogue.MatterForm | None:
    try:
        return catalogue.form_of(typed["matter_code"]) if typed.get("matter_code") else None
    except NotFound:
        return None


def _is_in_scope(case_id: int) -> bool:
    try:
        return bool(load(case_id))
    except NotFound:
        return False

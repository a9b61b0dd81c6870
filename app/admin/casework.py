"""The case page, the pages of its verbs and limits, and the work lists."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.widgets import ShowWidget
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.admin import bulk
from app.admin.casefile import around
from app.admin.marks import known_to_page, marked
from app.admin.rowverbs import CaseRows
from app.admin.traces import route_in_words
from app.admin.verbforms import fields, given
from app.admin.who import may, me
from app.domain.access import Part, Seen, seen
from app.domain.errors import Invalid, Refused
from app.domain.lifecycle import VERBS, Verb, VerbName
from app.extensions import clock
from app.fab.interface import key_of
from app.fab.shell import leave
from app.fab.views import HuiyinModelView, tell
from app.operations import casework, dossier, worklists
from app.resources.case import CaseResource
from app.resources.words import word

BULK_OF_LIST = {
    "to_classify": "classify",
    "to_accept": "accept",
    "to_assign": "assign",
    "returned": "assign",
    "to_sign": "sign_for",
}
LISTS = {
    "to_classify": _l("To be classified"),
    "to_accept": _l("To be accepted"),
    "supplementing": _l("Waiting for the complainant"),
    "to_assign": _l("To be assigned"),
    "returned": _l("Returned by units"),
    "to_sign": _l("To be signed for"),
    "in_hand": _l("Being handled"),
    "due_soon": _l("Due within two working days"),
    "overdue": _l("Overdue"),
    "to_follow_up": _l("To be followed up"),
    "to_close": _l("To be closed"),
    "second_look": _l("To be looked at again"),
    "filed_open": _l("Filed by us, still open"),
}
PAGE = 50


class FilledShowWidget(ShowWidget):
    """FAB's table of a row, without the columns that are empty."""

    template = "admin/show_filled.html"


class CaseView(bulk.bulk_actions(), CaseRows, CaseResource, HuiyinModelView):  # type: ignore[misc]
    """Cases: FAB's list and search with bulk verbs, and a page of a case around FAB's show."""

    show_template = "admin/case.html"
    formatters_columns = {"title": marked, "body": marked}
    show_widget = FilledShowWidget
    show_fieldsets = [
        (
            _l("Complaint"),
            {
                "fields": [
                    "title",
                    "body",
                    "occurred_on",
                    "matter.name",
                    "region.name",
                    "respondent.kind",
                    "respondent_department.name",
                    "respondent.name",
                    "channel",
                    "source_system",
                    "external_no",
                    "received_on",
                    "filed_at",
                ]
            },
        ),
        (
            _l("Handling"),
            {
                "fields": [
                    "department.name",
                    "policy_version.name",
                    "is_confidential",
                    "is_incomplete",
                    "is_deemed_accepted",
                    "is_overdue",
                    "is_designated",
                    "supplement_request",
                    "escalation_level",
                    "rework_count",
                    "accepted_at",
                    "rejected_at",
                    "reject_reason_code",
                    "reject_reason",
                    "assigned_at",
                    "signed_at",
                    "reported_at",
                    "close_type",
                    "reply",
                    "closed_at",
                    "withdrawn_at",
                    "evaluated_at",
                ]
            },
        ),
    ]

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The case with its verbs, limits, parties and timeline."""
        key = key_of(pk)
        if key is None:
            abort(404)
        file = dossier.open_case(key, me(), is_whole=True)
        known_to_page(file)
        widgets = self._get_show_widget(pk, file.case)
        self.update_redirect()
        page: ResponseReturnValue = self.render_template(
            self.show_template, title=str(file.case), pk=pk, widgets=widgets, file=file, **around(file)
        )
        return page


def _verb(name: str) -> Verb:
    verb = VERBS.get(VerbName(name)) if name in set(VerbName) else None
    if verb is None or not verb.is_button:
        abort(404)
    if not may(f"can_{verb.name}"):
        abort(403)
    return verb


class CaseworkView(BaseView):
    """Pages around cases that are no noun of their own; whoever may read cases may open them."""

    route_base = "/admin"
    class_permission_name = "Case"
    method_permission_name = dict.fromkeys(("do", "bulk", "limit", "here", "work", "departments"), "read")

    @expose("/cases/<int:case_id>/do/<verb>", methods=["GET", "POST"])
    @has_access
    def do(self, case_id: int, verb: str) -> ResponseReturnValue:
        """Ask what a verb needs, then do it. What was typed is kept when it is refused."""
        file = dossier.open_case(case_id, me())
        wanted = _verb(verb)
        if request.method == "POST":
            return self._post(file, wanted)
        reasons = {each.name: why for each, why in casework.verbs_for(file.case, me(), clock.now())}[wanted.name]
        if reasons:
            tell(Refused(*reasons))
            return leave(url_for("CaseView.show", pk=case_id))
        return self._form(file, wanted, {}, {})

    def _post(self, file: dossier.Dossier, verb: Verb) -> ResponseReturnValue:
        values = given(verb, request.form)
        case_id = file.case.id
        try:
            done = casework.perform(case_id, verb.name, me(), clock.now(), **values)
        except Refused as error:
            tell(error)
            return self._form(dossier.open_case(case_id, me()), verb, values, {}, is_refused=True), 409
        except Invalid as error:
            return self._form(file, verb, values, error.fields), 422
        said = {"verb": word("verb", verb.name), "number": done.number, "status": word("status", done.status)}
        flash(gettext("%(verb)s: done. Case %(number)s: %(status)s.", **said), "success")
        return leave(url_for("CaseView.show", pk=case_id))

    def _form(self, file: dossier.Dossier, verb: Verb, values: Any, errors: Any, *, is_refused: bool = False) -> str:
        asked = fields(verb, values, errors)
        other = {name: text for name, text in errors.items() if name not in {each.fact.name for each in asked}}
        tell(Invalid(other))
        is_routed = any(fact.kind in ("department", "matter") for fact in verb.facts)
        route = route_in_words(file.case.route_trace, file.names) if is_routed else []
        page: str = self.render_template(
            "admin/verb.html", file=file, verb=verb, asked=asked, route=route, errors=errors, is_refused=is_refused
        )
        return page

    @expose("/cases/bulk/<verb>", methods=["POST"])
    @has_access
    def bulk(self, verb: str) -> ResponseReturnValue:
        """The facts of a verb on many cases."""
        wanted = _verb(verb)
        return bulk.answered(self, wanted) if wanted.is_bulk else abort(404)

    @expose("/cases/<int:case_id>/deadlines/<int:deadline_id>")
    @has_access
    def limit(self, case_id: int, deadline_id: int) -> ResponseReturnValue:
        """A limit explained: each day, counted or not, and why."""
        deadline, days = dossier.explained(case_id, deadline_id)
        return self.render_template("admin/limit.html", deadline=deadline, days=days)  # type: ignore[no-any-return]

    @expose("/cases/<int:case_id>/here")
    @has_access
    def here(self, case_id: int) -> ResponseReturnValue:
        """Who else has the case open now, for its page; nothing for those who merely filed it."""
        known: list[int] = []
        if seen(me(), Part.INSIDE, casework.load(case_id).ties) is Seen.OPEN:
            presence = current_app.extensions["huiyin.presence"]
            known = presence.others(case_id, me().user_id, clock.real().timestamp())
        names = dossier.officer_names(known) if known else []
        return self.render_template("admin/here.html", names=names)  # type: ignore[no-any-return]

    @expose("/work/<name>")
    @has_access
    def work(self, name: str) -> ResponseReturnValue:
        """One work list, the most urgent first."""
        number = min(request.args.get("page", 0, type=int), 10_000)
        total, lines = worklists.page(name, me(), clock.now(), max(number, 0), PAGE)
        verb = BULK_OF_LIST.get(name)
        return self.render_template(  # type: ignore[no-any-return]
            "admin/work.html",
            name=name,
            title=LISTS[name],
            total=total,
            lines=lines,
            number=number,
            size=PAGE,
            verb=verb if verb and may(f"can_{verb}") else None,
        )

    @expose("/departments/find")
    @has_access
    def departments(self) -> ResponseReturnValue:
        """Departments for pickers: `?term=` parts of code or name."""
        found = dossier.find_departments(request.args.get("term", "")[:100])
        return jsonify(results=[{"id": code, "text": f"{name} {code}"} for code, name in found])

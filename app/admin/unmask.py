"""Reading a complainant's name or phone in the clear: the page asks why, then shows it once."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from werkzeug.utils import redirect

from app.admin.who import me
from app.domain.errors import Invalid, Reason, Refused
from app.extensions import clock
from app.fab.views import tell
from app.operations import unmasking
from app.operations.casework import load
from app.resources.unmasking import FIELD, REASON


class UnmaskView(BaseView):
    """Whoever reads a case may ask; the rule on fields says yes or no (`domain.access.seen`)."""

    route_base = "/admin/unmask"
    class_permission_name = "Case"
    method_permission_name = {"ask": "read"}

    @expose("/<int:case_id>/<field>", methods=["GET", "POST"])
    @has_access
    def ask(self, case_id: int, field: str) -> ResponseReturnValue:
        """Ask for the reason; with a good one show the value, once and kept by no browser."""
        if field not in unmasking.fields_for(case_id, me()):
            tell(Refused(Reason("field", "You may not see this in this case.")))
            return redirect(url_for("CaseView.show", pk=case_id))
        if request.method == "GET":
            return self._page(case_id, field), 200, {"Cache-Control": "no-store"}
        settings, typed = current_app.config["HUIYIN"], request.form
        limits = unmasking.Limits(settings.unmask_hour, settings.unmask_day)
        asked = unmasking.Asked(field, typed.get("reason", ""), typed.get("words", ""))
        try:
            value = unmasking.open_field(case_id, asked, me(), clock.now(), clock.real(), limits)
        except Invalid as error:
            errors = {name: gettext(text) for name, text in error.fields.items()}
            return self._page(case_id, field, asked, errors=errors), 422
        except Refused as error:
            tell(error)
            return self._page(case_id, field, asked), 429
        return self._page(case_id, field, asked, value=value, is_open=True), 200, {"Cache-Control": "no-store"}

    def _page(self, case_id: int, field: str, asked: Any = None, **shown: Any) -> str:
        page: str = self.render_template(
            "admin/unmask.html",
            case=load(case_id),
            field=FIELD[field],
            asked=asked,
            reasons=REASON,
            **{"errors": {}, "is_open": False, **shown},
        )
        return page

"""Connected systems in the back office: a client with its keys, keys made and shown once, and its calls."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app import resources as nouns
from app.admin.who import may, me
from app.domain.calendar import CHINA
from app.domain.clients import PER_DAY, PER_MINUTE, USUAL, ClientScope, is_live
from app.domain.errors import Invalid, Refused
from app.extensions import clock
from app.fab.rows import key_of
from app.fab.views import HuiyinModelView, tell
from app.operations import client_calls, client_keys

MENU, TITLE = "Client calls", _l("Calls of connected systems")
SCOPES = {
    ClientScope.FILE: _l("file cases and their evidence"),
    ClientScope.READ: _l("read the cases it filed"),
    ClientScope.ACT: _l("act on cases, as far as its role may"),
    ClientScope.FIGURES: _l("read figures"),
    ClientScope.RULES: _l("read matters, departments and rules"),
    ClientScope.SET_RULES: _l("change the configuration, as far as its role may"),
}
SPANS = (1, 7, 30, 90, 365)
NO_STORE = {"Cache-Control": "no-store"}


class ClientKeyView(nouns.ClientKeyResource, HuiyinModelView):
    """Keys of all connected systems, never the keys themselves."""


class ApiClientView(nouns.ApiClientResource, HuiyinModelView):
    """Connected systems; the page of one shows its keys and what can be done with them."""

    show_template, list_template = "admin/client.html", "admin/clients.html"

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The client with its keys."""
        client = client_keys.one(key_of(pk) or abort(404))
        widgets, now = self._show(pk), clock.now()
        live = {key.id for key in client.keys if is_live(key.ended_at, key.expires_at, now)}
        page: ResponseReturnValue = self.render_template(
            self.show_template, title=client.name, pk=pk, client=client, live=live, widgets=widgets, may=may
        )
        return page


class ClientKeysView(BaseView):
    """Making and ending: who may change the noun may do these."""

    route_base = "/admin/clients"
    class_permission_name = "ApiClient"
    method_permission_name = {
        **dict.fromkeys(("new", "rotate", "end_key", "end"), "write"),
        "calls": "read",
    }
    default_view = "calls"

    @expose("/new", methods=["GET", "POST"])
    @has_access
    def new(self) -> ResponseReturnValue:
        """Ask for a client's facts, make it, and show its key once."""
        typed = request.form
        if request.method == "GET":
            return self._form({"per_minute": str(PER_MINUTE), "per_day": str(PER_DAY)}, USUAL, {})
        try:
            client, key = client_keys.add(_new(typed), me(), clock.now())
        except Invalid as error:
            return self._form(typed, typed.getlist("scope"), error.fields), 422
        except Refused as error:
            tell(error)
            return self._form(typed, typed.getlist("scope"), {}), 409
        return self._key(client, key)

    def _form(self, typed: Any, ticked: Any, errors: Any) -> str:
        page: str = self.render_template(
            "admin/client_new.html",
            title=gettext("New connected system"),
            typed=typed,
            ticked=set(ticked),
            errors={name: gettext(text) for name, text in errors.items()},
            scopes=SCOPES,
        )
        return page

    def _key(self, client: Any, key: str, days: int | None = None) -> ResponseReturnValue:
        page = self.render_template("admin/client_key.html", title=client.name, client=client, key=key, days=days)
        return page, 200, NO_STORE

    @expose("/<int:client_id>/rotate", methods=["POST"])
    @has_access
    def rotate(self, client_id: int) -> ResponseReturnValue:
        """A new key beside the old one, which ends by itself after so many days."""
        days = request.form.get("days", 7, type=int)
        try:
            key = client_keys.rotate(client_id, me(), clock.now(), timedelta(days=min(max(days, -1), 1000)))
        except (Invalid, Refused) as error:
            tell(error)
            return redirect(url_for("ApiClientView.show", pk=client_id))
        return self._key(client_keys.one(client_id), key, days)

    @expose("/keys/<int:key_id>/end", methods=["POST"])
    @has_access
    def end_key(self, key_id: int) -> ResponseReturnValue:
        """End a key at once."""
        key = client_keys.end_key(key_id, me(), clock.now())
        flash(gettext("The key %(hint)s… opens nothing any more.", hint=key.hint), "success")
        return redirect(url_for("ApiClientView.show", pk=key.client_id))

    @expose("/<int:client_id>/end", methods=["POST"])
    @has_access
    def end(self, client_id: int) -> ResponseReturnValue:
        """End a client at once, with all keys and its account."""
        client = client_keys.end(client_id, me(), clock.now())
        flash(gettext("%(name)s: ended, with all its keys.", name=client.name), "success")
        return redirect(url_for("ApiClientView.show", pk=client_id))

    @expose("/calls")
    @has_access
    def calls(self) -> ResponseReturnValue:
        """Calls, errors and how quick answers were: of one client or of all, by time and by route."""
        client_id = key_of(request.args.get("client", ""))
        days = request.args.get("days", 7, type=int)
        days = days if days in SPANS else SPANS[1]
        known = client_keys.listed()
        chosen = next((each for each in known if each.id == client_id), None)
        figures = client_calls.figures(chosen.id if chosen else None, days, clock.now())
        page: ResponseReturnValue = self.render_template(
            "admin/client_calls.html",
            title=TITLE,
            clients=known,
            chosen=chosen,
            days=days,
            spans=SPANS,
            figures=figures,
            chart=_chart(figures.by_time),
        )
        return page


def _chart(by_time: Any) -> dict[str, Any]:
    """Calls and errors over time, in the form that our charts draw."""
    cols = [{"id": "time", "label": gettext("Time"), "type": "string"}]
    names = (gettext("Calls"), gettext("Errors"))
    cols += [{"id": f"n{place}", "label": name, "type": "number"} for place, name in enumerate(names)]
    lines = ((each.label, each.count, each.refused + each.throttled + each.failed) for each in by_time)
    return {"cols": cols, "rows": [{"c": [{"v": value} for value in line]} for line in lines]}


def _new(typed: Any) -> client_keys.NewClient:
    """The facts of the form. Raises Invalid."""
    text = {name: typed.get(name, "").strip() for name in ("code", "name", "department_code", "source_system")}
    return client_keys.NewClient(
        code=text["code"],
        name=text["name"],
        department_code=text["department_code"] or None,
        source_system=text["source_system"] or None,
        scopes=" ".join(typed.getlist("scope")),
        networks=typed.get("networks", ""),
        per_minute=_number(typed, "per_minute"),
        per_day=_number(typed, "per_day"),
        expires_at=_end_of(typed.get("expires_on", "")),
    )


def _number(typed: Any, name: str) -> int | None:
    text = typed.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Invalid({name: "A whole number from 1 on."})
    return int(text) if text else None


def _end_of(text: str) -> datetime | None:
    """The end of a day in China."""
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), CHINA) if text else None
    except ValueError:
        raise Invalid({"expires_at": "Give a date such as 2026-11-24."}) from None

"""Saving, renaming, ordering and deleting views of lists. Works on forms alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from app.domain.access import Actor
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import clock
from app.fab.problems import reason_text
from app.fab.tabs import clean
from app.models.scope import current_actor
from app.operations import saved_views

NAME = "SavedView"


class SavedViews(BaseView):
    """For every noun whose list the user may read."""

    route_base = "/admin/views"
    class_permission_name = NAME
    method_permission_name = dict.fromkeys(("manage", "save", "change", "remove"), "own")

    @expose("/<plural>/")
    @has_access
    def manage(self, plural: str) -> ResponseReturnValue:
        """The views of one list that the user may change."""
        view = _view_of(plural)
        rows = saved_views.changeable(view.noun, _me())
        page: ResponseReturnValue = self.render_template(
            "appbuilder/general/saved_views.html", view=view, rows=rows, title=gettext("Saved views")
        )
        return page

    @expose("/<plural>/save", methods=["POST"])
    @has_access
    def save(self, plural: str) -> ResponseReturnValue:
        """Keep what the list shows now."""
        view, form = _view_of(plural), request.form
        query = urlencode(clean(view, parse_qsl(form.get("query", ""))))
        choice: dict[str, Any] = {"role": form.get("role", ""), "is_default": bool(form.get("is_default"))}
        _told(lambda: saved_views.save(view.noun, form.get("name", ""), query, _me(), clock.now(), **choice))
        return redirect(f"{url_for(f'{type(view).__name__}.list')}?{query or 'view=all'}")

    @expose("/<plural>/<int:view_id>/change", methods=["POST"])
    @has_access
    def change(self, plural: str, view_id: int) -> ResponseReturnValue:
        """Name, place, default."""
        _view_of(plural)
        position = request.form.get("position", "")
        facts: dict[str, Any] = {
            "name": request.form.get("name", ""),
            "is_default": bool(request.form.get("is_default")),
            "position": int(position) if position.isascii() and position.isdigit() and len(position) < 4 else -1,
        }
        _told(lambda: saved_views.change(view_id, _me(), clock.now(), **facts))
        return redirect(url_for("SavedViews.manage", plural=plural))

    @expose("/<plural>/<int:view_id>/remove", methods=["POST"])
    @has_access
    def remove(self, plural: str, view_id: int) -> ResponseReturnValue:
        """Delete it."""
        _view_of(plural)
        _told(lambda: saved_views.remove(view_id, _me(), clock.now()))
        return redirect(url_for("SavedViews.manage", plural=plural))


def _me() -> Actor:
    return current_actor() or abort(403)


def _view_of(plural: str) -> Any:
    """The view of this noun; 404 where there is none, or none that the user may read."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]
    views = (each for each in builder.baseviews if getattr(each, "plural", "") == plural and hasattr(each, "row_verbs"))
    view = next(views, None)
    if view is None or not builder.sm.has_access("can_read", view.noun):
        abort(404)
    return view


def _told(act: Callable[[], Any]) -> None:
    """Do it, and say how it went; what is not there or somebody else's is 404."""
    try:
        act()
    except NotFound:
        abort(404)
    except Refused as error:
        flash(" ".join(reason_text(reason) for reason in error.reasons), "danger")
    except Invalid as error:
        flash(" ".join(gettext(text) for text in error.fields.values()), "danger")
    else:
        flash(gettext("Saved."), "success")

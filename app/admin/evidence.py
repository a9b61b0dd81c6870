"""The evidence of a case at its page: downloads, small pictures, and adding files."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from app.admin.who import me
from app.domain.errors import GatewayError, Invalid, Refused
from app.domain.evidence import MAX_FILES, MEGABYTE, clean_name
from app.extensions import clock
from app.fab import uploads as uploading
from app.fab.downloads import sent
from app.fab.views import tell
from app.operations import attachments, casework, uploads


def size_text(size: int) -> str:
    """A size for people: 1.2 MB."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, size // 1024)} KB"


class EvidenceView(BaseView):
    """Whoever may read a case may open its evidence, but for what is kept from the unit or from an outside filer."""

    route_base = "/admin/evidence"
    class_permission_name = "Case"
    method_permission_name = dict.fromkeys(("content", "small", "add", "begin", "piece"), "read")

    @expose("/<int:case_id>/<int:attachment_id>")
    @has_access
    def content(self, case_id: int, attachment_id: int) -> ResponseReturnValue:
        """The file, to be saved and not shown."""
        found = attachments.open_for(me(), case_id, attachment_id)
        return sent(found.name, found.media_type, found.size, found.chunks)

    @expose("/<int:case_id>/<int:attachment_id>/small")
    @has_access
    def small(self, case_id: int, attachment_id: int) -> ResponseReturnValue:
        """The thumbnail: a JPEG made by us, so it may be shown."""
        found = attachments.open_for(me(), case_id, attachment_id, small=True)
        return sent(found.name, found.media_type, found.size, found.chunks, inline=True)

    @expose("/<int:case_id>/add", methods=["POST"])
    @has_access
    def add(self, case_id: int) -> ResponseReturnValue:
        """Add files; what is wrong with one is told with its name, and then none is added."""
        casework.load(case_id)
        try:
            count = attachments.add(case_id, self._received(), me(), clock.now())
            flash(gettext("Files added: %(count)s.", count=count), "success")
        except (Refused, Invalid) as error:
            tell(error)
        except GatewayError:
            flash(gettext("Files cannot be taken at the moment. Please try again later."), "danger")
        return redirect(url_for("CaseView.show", pk=case_id))

    @expose("/<int:case_id>/upload", methods=["POST"])
    @has_access
    def begin(self, case_id: int) -> ResponseReturnValue:
        """Begin a file that the page's script sends in pieces; added to the case with the form."""
        casework.load(case_id)
        return uploading.begin("", me(), lambda token: url_for(".piece", case_id=case_id, token=token))

    @expose("/<int:case_id>/upload/<token>", methods=["GET", "PUT", "DELETE"])
    @has_access
    def piece(self, case_id: int, token: str) -> ResponseReturnValue:
        """How far a file is, the next piece of it, or its end; for the officer who began it."""
        casework.load(case_id)
        return uploading.go_on(token, "", me())

    def _received(self) -> list[str]:
        parts: list[Any] = [part for part in request.files.getlist("files") if part.filename]
        before = list(dict.fromkeys(request.form.getlist("attachments")))
        if len(before) + len(parts) > MAX_FILES:
            raise Invalid({"attachments": attachments.TOO_MANY})
        return before + [_token_of(part) for part in parts]


def _token_of(part: Any) -> str:
    try:
        return uploads.receive(part.stream, part.filename, me(), clock.now()).token
    except Invalid as error:
        raise Invalid({clean_name(part.filename): message for message in error.fields.values()}) from error

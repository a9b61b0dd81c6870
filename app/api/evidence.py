"""Evidence by REST: a file is uploaded for a token; a filing, or a call on a case, names the tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import UnsupportedMediaType

from app.api import bodies, shapes
from app.api.endpoint import ID, PlainApi, endpoint
from app.domain.errors import Invalid
from app.domain.evidence import MAX_FILE
from app.extensions import clock
from app.fab.downloads import sent
from app.models.scope import current_actor
from app.operations import attachments, casework, uploads
from app.operations.attachments import Evidence

PART = "file"
ROOM = 64 * 1024
"""What a multipart body may have around its file."""
ATTACHMENT = "<int(max=2147483647):attachment_id>"
_TEXT, _WHOLE, _FLAG = ({"type": kind} for kind in ("string", "integer", "boolean"))
_EVIDENCE = {
    **dict.fromkeys(("id", "size"), _WHOLE),
    **dict.fromkeys(("name", "kind", "content_type", "sha256", "source", "created_at"), _TEXT),
    **dict.fromkeys(("is_scanned", "may_open"), _FLAG),
    "listing": {"type": "array", "items": {"type": "object", "properties": {"name": _TEXT, "size": _WHOLE}}},
}


def _actor() -> Any:
    return current_actor()


def _shape(each: Evidence) -> dict[str, Any]:
    plain = {name: getattr(each, name) for name in ("id", "name", "kind", "size", "sha256", "source", "is_scanned")}
    listing = [{"name": name, "size": size} for name, size in each.listing]
    more = {"content_type": each.media_type, "created_at": shapes.plain(each.created_at), "listing": listing}
    return {**plain, **more, "may_open": each.may_open}


class _EvidenceApi(PlainApi):
    openapi_spec_tag, class_permission_name = "attachments", "Case"
    apispec_parameter_schemas: ClassVar = {
        "Upload": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
        "UploadAnswer": {
            "type": "object",
            "properties": {**dict.fromkeys(("token", "name", "kind", "sha256"), _TEXT), "size": _WHOLE},
        },
        "Tokens": bodies.TOKENS.schema,
        "AddedAnswer": {"type": "object", "properties": {"count": _WHOLE}},
        "EvidenceAnswer": {
            "type": "object",
            "properties": {"result": {"type": "array", "items": {"type": "object", "properties": _EVIDENCE}}},
        },
    }


class AttachmentApi(_EvidenceApi):
    """Files that wait for their case."""

    resource_name = "attachments"

    @endpoint(
        "/",
        "POST",
        takes="Upload",
        answers={201: ("Stored for 24 hours; name the token in a filing", "UploadAnswer")},
        faults=(409, 413, 415, 422),
    )
    def upload(self) -> Response:
        """Upload one file: multipart/form-data with one part named `file`, at most 20 MB."""
        if request.mimetype != "multipart/form-data":
            raise UnsupportedMediaType(gettext("Send multipart/form-data with one part named file."))
        request.max_content_length = MAX_FILE + ROOM
        parts = [(name, part) for name, part in request.files.items(multi=True)]
        if [name for name, _ in parts] != [PART] or request.form:
            raise Invalid({PART: "Send exactly one part, named file, with a file name."})
        part = parts[0][1]
        done = uploads.receive(part.stream, part.filename or "", _actor(), clock.now())
        return self.response(201, **vars(done))  # type: ignore[no-any-return]


class CaseAttachmentApi(_EvidenceApi):
    """The evidence of a case, in the scope of the case."""

    resource_name = "cases"

    @endpoint(f"/{ID}/attachments", answers={200: ("The evidence, oldest first", "EvidenceAnswer")})
    def evidence(self, case_id: int) -> Response:
        """The evidence of a case; without name and content what is kept from the reader."""
        rows = attachments.of_case(casework.load(case_id), _actor())
        return self.response(200, result=[_shape(each) for each in rows])  # type: ignore[no-any-return]

    @endpoint(
        f"/{ID}/attachments",
        "POST",
        takes="Tokens",
        answers={201: ("Added", "AddedAnswer")},
        faults=(404, 409, 413, 415, 422),
    )
    def add(self, case_id: int) -> Response:
        """Add uploaded files to a case that is not over."""
        casework.load(case_id)
        tokens = bodies.TOKENS.read(bodies.body())
        return self.response(201, count=attachments.add(case_id, tokens, _actor(), clock.now()))  # type: ignore[no-any-return]

    @endpoint(f"/{ID}/attachments/{ATTACHMENT}", answers={200: ("The file, as a download", "")})
    def content(self, case_id: int, attachment_id: int) -> Response:
        """The content of a piece of evidence."""
        found = attachments.open_for(_actor(), case_id, attachment_id)
        return sent(found.name, found.media_type, found.size, found.chunks)

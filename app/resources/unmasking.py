"""Unmasking 明文查看记录: who has read a name or phone in the clear, and why; written by reading, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.domain.access import Part
from app.models.unmasking import Unmasking
from app.resources.base import Rights, rights
from app.resources.clients import LOG_READERS
from app.resources.labels import labels
from app.resources.words import Choices, choices

FIELD: Mapping[str, LazyString] = {Part.NAME: _l("Person's name"), Part.PHONE: _l("Phone")}
REASON: Mapping[str, LazyString] = {
    "call_back": _l("To call the complainant"),
    "verify": _l("To verify the facts"),
    "serve": _l("To deliver a document"),
    "transfer": _l("To pass the case on as the law demands"),
    "other": _l("Another reason"),
}


class UnmaskingResource:
    """Within the reader's scope, like the cases themselves."""

    model = Unmasking
    noun, plural, title, category = "Unmasking", "unmaskings", _l("Names and phones opened"), "System"
    rights: ClassVar[Rights] = rights(read=LOG_READERS)
    list_columns = show_columns = (
        "unmasked_at",
        "user.full_name",
        "user.username",
        "case.receipt_no",
        "field",
        "reason",
        "words",
    )
    add_columns = edit_columns = ()
    search_columns = ("unmasked_at", "field", "reason", "words")
    order_columns = ("unmasked_at", "field", "reason")
    base_order = ("unmasked_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "unmasked_at": _l("Opened at"),
            "user.full_name": _l("Officer"),
            "field": _l("Opened field"),
            "reason": _l("Reason"),
            "words": _l("In the officer's words"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"field": choices(FIELD), "reason": choices(REASON)}

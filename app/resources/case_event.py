"""CaseEvent 办理记录: the timeline, appended by acts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.event import CaseEvent
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import CASEWORKERS
from app.resources.words import ACTOR_KIND, STATUS, VERB, Choices, choices


class CaseEventResource:
    """Facts and notes are not here: what a reader may see of them depends on the case (see `operations.dossier`).

    Nor are those who merely filed a case: who did what is not told to them.
    """

    model = CaseEvent
    noun, plural, title, category = "CaseEvent", "case-events", _l("Timeline"), "Casework"
    rights: ClassVar[Rights] = rights(read=CASEWORKERS)
    list_columns = (
        "case.receipt_no",
        "seq",
        "verb",
        "from_status",
        "to_status",
        "actor_kind",
        "actor_name",
        "department.name",
        "happened_at",
    )
    show_columns = (*list_columns, "recorded_at", "hash")
    add_columns = edit_columns = ()
    search_columns = ("verb", "actor_kind", "actor_name", "department", "happened_at")
    order_columns = ("seq", "verb", "happened_at")
    base_order = ("happened_at", "desc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "seq": _l("Number"),
            "verb": _l("Act"),
            "from_status": _l("Status before"),
            "to_status": _l("Status after"),
            "actor_kind": _l("Kind of actor"),
            "actor_name": _l("Actor"),
            "happened_at": _l("Happened at"),
            "recorded_at": _l("Recorded at"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {
        "verb": choices(VERB),
        "from_status": choices(STATUS),
        "to_status": choices(STATUS),
        "actor_kind": choices(ACTOR_KIND),
    }

"""PolicyVersion 时限规则 and CalendarDay 工作日历: what limits rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.policy import CalendarDay, PolicyVersion
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import EVERYBODY, PROVINCE
from app.resources.words import DAY_KIND, Choices, choices


class PolicyVersionResource:
    """Read only: a new rule is a new version, and cases hold the one they were filed under."""

    model = PolicyVersion
    noun, plural, title = "PolicyVersion", "policies", _l("Rules on limits")
    category = "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY)
    list_columns = ("code", "name", "valid_from")
    show_columns = (*list_columns, "basis", "content")
    add_columns = edit_columns = ()
    search_columns = order_columns = ("code", "name", "valid_from")
    base_order = ("valid_from", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {"valid_from": _l("In force from"), "basis": _l("Legal basis"), "content": _l("Limits and steps")},
    )


class CalendarDayResource:
    """A day that differs from a plain week, by the State Council's notice of the year."""

    model = CalendarDay
    noun, plural, title, category = "CalendarDay", "calendar", _l("Work calendar"), "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE, delete=PROVINCE)
    list_columns = show_columns = ("day", "kind", "holiday", "source")
    add_columns = edit_columns = ("day", "kind", "holiday", "source")
    search_columns = ("day", "kind", "holiday")
    order_columns = ("day", "kind")
    base_order = ("day", "desc")
    label_columns: ClassVar = labels(show_columns, {"day": _l("Day"), "holiday": _l("Holiday"), "source": _l("Notice")})
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(DAY_KIND)}
    import_key = "day"

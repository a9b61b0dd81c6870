"""Region 行政区划, DepartmentType 部门类型 and Department 部门: who is where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.department import Department, DepartmentType
from app.models.region import Region
from app.resources import tones
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import EVERYBODY, PROVINCE
from app.resources.words import LEVEL, Choices, choices


class RegionResource:
    """The tree follows `parent`; a code is never changed, because cases hold it."""

    model = Region
    noun, plural, title, category = "Region", "regions", _l("Regions"), "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE)
    list_columns = ("code", "name", "level", "parent.name", "is_zone", "is_active")
    show_columns = (*list_columns, "parent_code")
    add_columns = ("code", "name", "level", "parent", "is_zone", "is_active")
    edit_columns = ("name", "level", "parent", "is_zone", "is_active")
    search_columns = ("code", "name", "level", "parent", "is_zone", "is_active")
    order_columns = ("code", "name", "level")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_active": tones.IN_USE}
    base_order = ("code", "asc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "parent": _l("Region above"),
            "parent.name": _l("Region above"),
            "parent_code": _l("Code of the region above"),
            "is_zone": _l("Development zone"),
        },
    )
    description_columns: ClassVar = {"code": _l("Six digits, by GB/T 2260 or the statistics code.")}
    choice_columns: ClassVar[Mapping[str, Choices]] = {"level": choices(LEVEL)}
    import_key = "code"


class DepartmentTypeResource:
    """A kind of department; rules of acceptance name types, not departments."""

    model = DepartmentType
    noun, plural, title = "DepartmentType", "department-types", _l("Department types")
    category = "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE)
    list_columns = show_columns = search_columns = order_columns = ("code", "name")
    add_columns = ("code", "name")
    edit_columns = ("name",)
    base_order = ("code", "asc")
    label_columns: ClassVar = labels(show_columns)
    import_key = "code"


class DepartmentResource:
    """Ended by taking it out of use, never deleted."""

    model = Department
    noun, plural, title, category = "Department", "departments", _l("Departments"), "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE)
    list_columns = show_columns = ("code", "name", "short_name", "region.name", "type.name", "is_active")
    add_columns = ("code", "name", "short_name", "region", "type", "is_active")
    edit_columns = ("name", "short_name", "region", "type", "is_active")
    search_columns = ("code", "name", "region", "type", "is_active")
    order_columns = ("code", "name")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_active": tones.IN_USE}
    base_order = ("code", "asc")
    label_columns: ClassVar = labels((*show_columns, *search_columns))
    description_columns: ClassVar = {"code": _l("Region code, a hyphen, code of the department type.")}
    import_key = "code"

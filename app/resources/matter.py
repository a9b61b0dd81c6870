"""MatterCategory 事项大类, Matter 事项, AcceptanceRule 受理部门配置 and FormVersion 表单版本: the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.models.matter import AcceptanceRule, FormVersion, Matter, MatterCategory
from app.resources import tones
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import EVERYBODY, PROVINCE
from app.resources.words import CASE_TYPE, LEVEL, LIMIT_UNIT, RESPONDENT_KIND, Choices, choices


class MatterCategoryResource:
    """Ended by taking it out of use, never deleted."""

    model = MatterCategory
    noun, plural, title = "MatterCategory", "matter-categories", _l("Matter categories")
    category = "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE)
    list_columns = ("code", "name", "respondent_kind", "legal_basis", "position", "is_active")
    show_columns = (*list_columns, "name_en")
    add_columns = ("code", "name", "name_en", "respondent_kind", "legal_basis", "position", "is_active")
    edit_columns = add_columns[1:]
    search_columns = ("code", "name", "respondent_kind", "is_active")
    order_columns = ("code", "name", "position")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_active": tones.IN_USE}
    base_order = ("position", "asc")
    label_columns: ClassVar = labels(show_columns)
    choice_columns: ClassVar[Mapping[str, Choices]] = {"respondent_kind": choices(RESPONDENT_KIND)}
    import_key = "code"


class MatterResource:
    """A matter's fields and limit may change; a case keeps those of its filing."""

    model = Matter
    noun, plural, title, category = "Matter", "matters", _l("Matters"), "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE)
    list_columns = ("code", "name", "category.name", "handle_value", "handle_unit", "is_active")
    show_columns = (
        *list_columns,
        "name_en",
        "statutory_text",
        "legal_basis",
        "case_type",
        "target_days",
        "extension_days",
        "fields",
        "position",
    )
    add_columns = (
        "code",
        "name",
        "name_en",
        "category",
        "statutory_text",
        "legal_basis",
        "case_type",
        "handle_value",
        "handle_unit",
        "target_days",
        "extension_days",
        "fields",
        "position",
        "is_active",
    )
    edit_columns = add_columns[1:]
    search_columns = ("code", "name", "category", "case_type", "is_active")
    order_columns = ("code", "name", "handle_value")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_active": tones.IN_USE}
    base_order = ("code", "asc")
    label_columns: ClassVar = labels(
        (*show_columns, *add_columns),
        {
            "statutory_text": _l("Text of the law"),
            "case_type": _l("Type for statistics"),
            "target_days": _l("Inner target (working days)"),
            "extension_days": _l("Extensions at most (days)"),
        },
    )
    description_columns: ClassVar = {
        "fields": _l("A list of fields, each with key, label, type and whether it is required."),
    }
    choice_columns: ClassVar[Mapping[str, Choices]] = {
        "handle_unit": choices(LIMIT_UNIT),
        "case_type": choices(CASE_TYPE),
    }
    import_key = "code"


class AcceptanceRuleResource:
    """Which type of department leads a matter at a level; where a region lacks it, the level above answers."""

    model = AcceptanceRule
    noun, plural, title = "AcceptanceRule", "acceptance-rules", _l("Acceptance rules")
    category = "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY, create=PROVINCE, update=PROVINCE, delete=PROVINCE)
    list_columns = show_columns = ("matter.code", "matter.name", "region_level", "lead_type.name", "co_type_names")
    add_columns = edit_columns = ("matter", "region_level", "lead_type", "co_types")
    search_columns = ("matter", "region_level", "lead_type")
    order_columns = ("region_level",)
    base_order = ("id", "asc")
    label_columns: ClassVar = labels(
        (*show_columns, *add_columns),
        {
            "lead_type": _l("Leading type of department"),
            "lead_type.name": _l("Leading type of department"),
            "co_types": _l("Co-handling types"),
            "co_type_names": _l("Co-handling types"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {
        "region_level": tuple(pair for pair in choices(LEVEL) if pair[0] != "zone")
    }


class FormVersionResource:
    """A matter's fields as cases were filed under them; written at filing, never changed."""

    model = FormVersion
    noun, plural, title, category = "FormVersion", "form-versions", _l("Form versions"), "Configuration"
    rights: ClassVar[Rights] = rights(read=EVERYBODY)
    list_columns = ("matter.code", "matter.name", "hash", "created_at")
    show_columns = (*list_columns, "fields", "note")
    add_columns = edit_columns = ()
    search_columns = ("matter", "created_at")
    order_columns = ("created_at",)
    base_order = ("created_at", "desc")
    label_columns: ClassVar = labels((*show_columns, *search_columns))

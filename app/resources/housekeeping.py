"""ImportBatch 导入批次 and ConfigurationChange 配置变更: what administrators and auditors watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.models.batch import ImportBatch
from app.models.housekeeping import ConfigurationChange
from app.resources import tones
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.words import CHANGE, Choices, choices


class ImportBatchResource:
    """Written by the import; its errors name lines, never persons."""

    model = ImportBatch
    noun, plural, title, category = "ImportBatch", "import-batches", _l("Import batches"), "System"
    rights: ClassVar[Rights] = rights(read={Role.PLATFORM_ADMIN, Role.INTAKE, Role.AUDITOR})
    list_columns = (
        "file_name",
        "is_dry_run",
        "started_at",
        "finished_at",
        "row_count",
        "filed_count",
        "repeated_count",
        "failed_count",
    )
    show_columns = (*list_columns, "sha256", "errors")
    add_columns = edit_columns = ()
    search_columns = ("file_name", "is_dry_run", "started_at")
    order_columns = ("started_at", "row_count")
    base_order = ("started_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "file_name": _l("File name"),
            "is_dry_run": _l("Dry run"),
            "started_at": _l("Started at"),
            "finished_at": _l("Finished at"),
            "row_count": _l("Rows"),
            "filed_count": _l("Filed rows"),
            "repeated_count": _l("Filed before"),
            "failed_count": _l("Failed rows"),
            "sha256": _l("Hash of the file"),
            "errors": _l("Errors by line"),
        },
    )


class ConfigurationChangeResource:
    """Who changed which row of the configuration, from what to what; written with each change."""

    model = ConfigurationChange
    noun, plural, title = "ConfigurationChange", "configuration-changes", _l("Changes of the configuration")
    category = "System"
    rights: ClassVar[Rights] = rights(read={Role.PLATFORM_ADMIN, Role.AUDITOR})
    list_columns = ("changed_at", "user_name", "kind", "noun", "row_label", "before", "after")
    show_columns = (*list_columns, "row_id")
    add_columns = edit_columns = ()
    search_columns = ("changed_at", "user_name", "kind", "noun", "row_label")
    order_columns = ("changed_at", "user_name", "noun", "kind")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"kind": tones.CHANGE}
    base_order = ("changed_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "changed_at": _l("Changed at"),
            "user_name": _l("Changed by"),
            "noun": _l("Noun"),
            "row_id": _l("Row number"),
            "row_label": _l("Row"),
            "before": _l("Before"),
            "after": _l("After"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(CHANGE)}

"""ApiClient 对接系统, its ClientKeys 密钥, and the log of Deliveries 个人信息提供记录 to it."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.models.api_client import ApiClient, ClientKey
from app.models.client_log import Delivery
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.readers import PROVINCE, USER_ADMINS

LOG_READERS = PROVINCE | {Role.AUDITOR}


class ApiClientResource:
    """A client is made together with its account and first key on a page of its own; here are its limits."""

    model = ApiClient
    noun, plural, title, category = "ApiClient", "api-clients", _l("Connected systems"), "System"
    rights: ClassVar[Rights] = rights(read=USER_ADMINS, update=USER_ADMINS)
    list_columns = ("code", "name", "source_system", "scopes", "is_active", "created_at")
    show_columns = (*list_columns, "user.username", "networks", "per_minute", "per_day")
    add_columns = ()
    edit_columns = ("name", "source_system", "scopes", "networks", "per_minute", "per_day", "is_active")
    search_columns = ("code", "name", "is_active")
    order_columns = ("code", "name", "created_at")
    base_order = ("code", "asc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "scopes": _l("Scopes"),
            "networks": _l("Networks"),
            "per_minute": _l("Calls a minute"),
            "per_day": _l("Calls a day"),
        },
    )
    description_columns: ClassVar = {
        "source_system": _l("The only source system it may file as; empty: any."),
        "scopes": _l(
            "What it may do, separated by spaces: cases:file, cases:read, cases:act, figures:read, "
            "configuration:read, configuration:write. Empty: nothing."
        ),
        "networks": _l("From where it calls, such as 10.1.0.0/16, separated by spaces. Empty: from anywhere."),
        "per_minute": _l("Empty: 12,000."),
        "per_day": _l("Empty: 5,000,000."),
    }


class ClientKeyResource:
    """The key's hash is no column: what can be told are its first characters."""

    model = ClientKey
    noun, plural, title, category = "ClientKey", "client-keys", _l("Keys of connected systems"), "System"
    rights: ClassVar[Rights] = rights(read=USER_ADMINS)
    list_columns = show_columns = (
        "client.name",
        "hint",
        "created_at",
        "last_used_at",
        "expires_at",
        "ended_at",
    )
    add_columns = edit_columns = ()
    search_columns = ("client", "hint", "expires_at", "ended_at", "last_used_at")
    order_columns = ("created_at", "last_used_at", "expires_at", "ended_at")
    base_order = ("created_at", "desc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "client": _l("Connected system"),
            "client.name": _l("Connected system"),
            "hint": _l("Begins with"),
            "last_used_at": _l("Last used at"),
            "expires_at": _l("Expires at"),
        },
    )


class DeliveryResource:
    """Written by the REST API before an answer leaves; ids and names of fields, never the data."""

    model = Delivery
    noun, plural, title, category = "Delivery", "deliveries", _l("Personal data delivered"), "System"
    rights: ClassVar[Rights] = rights(read=LOG_READERS)
    list_columns = show_columns = (
        "delivered_at",
        "client.name",
        "key.hint",
        "rule",
        "case_count",
        "case_ids",
        "fields",
    )
    add_columns = edit_columns = ()
    search_columns = ("delivered_at", "client", "rule", "case_ids", "fields")
    order_columns = ("delivered_at", "case_count")
    base_order = ("delivered_at", "desc")
    label_columns: ClassVar = labels(
        (*show_columns, *search_columns),
        {
            "client": _l("Connected system"),
            "client.name": _l("Connected system"),
            "key.hint": _l("Key begins with"),
            "delivered_at": _l("Delivered at"),
            "rule": _l("Route"),
            "case_count": _l("Cases"),
            "case_ids": _l("Row numbers of the cases"),
            "fields": _l("Delivered fields"),
        },
    )

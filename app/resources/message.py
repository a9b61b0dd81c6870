"""Message 短信 and MessageTemplate 短信模板: what was sent, and the texts it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.domain.access import Role
from app.models.message import Message, MessageTemplate
from app.resources import tones
from app.resources.base import Rights, rights
from app.resources.labels import labels
from app.resources.notices import AUDIENCE, MESSAGE, MESSAGE_REASON, MESSAGE_STATUS
from app.resources.readers import OFFICERS, PROVINCE
from app.resources.words import Choices, choices


class MessageResource:
    """Never written here. The text is sealed and not a column; the phone is masked."""

    model = Message
    noun, plural, title, category = "Message", "messages", _l("Text messages"), "Messages"
    rights: ClassVar[Rights] = rights(read={Role.PLATFORM_ADMIN, Role.SUPERVISOR, Role.AUDITOR})
    list_columns = (
        "case.receipt_no",
        "kind",
        "audience",
        "masked_phone",
        "status",
        "reason",
        "segments",
        "created_at",
        "sent_at",
    )
    show_columns = (*list_columns, "not_before", "attempts", "gateway", "gateway_ref")
    add_columns = edit_columns = ()
    search_columns = ("kind", "audience", "status", "reason", "created_at", "sent_at", "gateway")
    order_columns = ("kind", "status", "created_at", "sent_at")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"status": tones.MESSAGE}
    base_order = ("created_at", "desc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "audience": _l("Audience"),
            "masked_phone": _l("Phone"),
            "reason": _l("Reason"),
            "segments": _l("Parts"),
            "created_at": _l("Written at"),
            "sent_at": _l("Sent at"),
            "not_before": _l("Not before"),
            "attempts": _l("Attempts"),
            "gateway": _l("Gateway"),
            "gateway_ref": _l("Number at the gateway"),
        },
    )
    choice_columns: ClassVar[Mapping[str, Choices]] = {
        "kind": choices(MESSAGE),
        "audience": choices(AUDIENCE),
        "status": choices(MESSAGE_STATUS),
        "reason": choices(MESSAGE_REASON),
    }


class MessageTemplateResource:
    """One for each kind: the text and the gateway's number change, kinds neither come nor go."""

    model = MessageTemplate
    noun, plural, title = "MessageTemplate", "templates", _l("Message templates")
    category = "Messages"
    rights: ClassVar[Rights] = rights(read=OFFICERS, update=PROVINCE)
    list_columns = ("kind", "audience", "text", "signature", "is_active")
    show_columns = (*list_columns, "gateway_code")
    add_columns = ()
    edit_columns = ("text", "signature", "gateway_code", "is_active")
    search_columns = ("kind", "text", "is_active")
    order_columns = ("kind", "audience", "is_active")
    tone_columns: ClassVar[Mapping[str, tones.Tones]] = {"is_active": tones.IN_USE}
    base_order = ("kind", "asc")
    label_columns: ClassVar = labels(
        show_columns,
        {
            "audience": _l("Audience"),
            "text": _l("Text"),
            "signature": _l("Signature"),
            "gateway_code": _l("Template number at the gateway"),
        },
    )
    description_columns: ClassVar = {
        "text": _l("Fields stand in braces, such as {case_no}; each kind of message has its own list of fields."),
        "signature": _l("In the brackets that carriers ask for; it counts towards the length."),
    }
    choice_columns: ClassVar[Mapping[str, Choices]] = {"kind": choices(MESSAGE), "audience": choices(AUDIENCE)}

"""Messages of drafts, as `notices.tell` writes them; none of them is ever sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.messages import FIELDS, Audience, MessageKind, not_before, render, segments
from app.extensions import db, keyring
from app.models.message import MessageTemplate
from app.models.sealed import bound_to
from app.operations.demo_cast import Cast
from app.operations.demo_draft import Draft, Row
from app.operations.notices import Recipient

GATEWAY = "outbox"
_UNSENT = ("reason", "claim_token", "lease_until", "gateway", "gateway_ref", "sent_at")


class Notices:
    """Renders and seals. A message whose time has come by `now` counts as sent, a later one is suppressed."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        """Read the templates in use."""
        self.cast, self.now = cast, now
        rows = db.session.scalars(select(MessageTemplate).where(MessageTemplate.is_active.is_(True)))
        self.templates = {MessageKind(row.kind): (row.text, row.signature) for row in rows}

    def tell(
        self, draft: Draft, kind: MessageKind, audience: Audience, values: Mapping[str, str], at: datetime
    ) -> None:
        """Write one message per recipient of the last event."""
        if kind not in self.templates:
            return
        text, signature = self.templates[kind]
        offered = FIELDS[kind]
        text = render(text, kind, {name: value for name, value in values.items() if name in offered})
        parts, moment = segments(text, signature), not_before(at, kind)
        event = f"e{draft.case['event_count']}"
        for who in self._recipients(draft, audience):
            row = {
                "kind": str(kind),
                "audience": str(audience),
                "officer_id": who.officer_id,
                "dedupe_key": f"{event}:{kind}:{who.key}",
                "segments": parts,
                "created_at": at,
                "not_before": moment,
                **self._sent(who, moment),
                **_sealed(who.phone, f"{signature}{text}"),
            }
            draft.messages.append(row)

    def _recipients(self, draft: Draft, audience: Audience) -> list[Recipient]:
        if audience is Audience.COMPLAINANT:
            return [Recipient("complainant", draft.phone)]
        return self.cast.told(audience, draft.case)

    def _sent(self, who: Recipient, moment: datetime) -> Row:
        row: Row = dict.fromkeys(_UNSENT) | {"status": "suppressed", "attempts": 0}
        sent_at = moment + timedelta(seconds=20)
        if not who.phone:
            return row | {"reason": "no_phone"}
        if sent_at > self.now:
            return row | {"reason": "demonstration"}
        return row | {"status": "sent", "attempts": 1, "gateway": GATEWAY, "sent_at": sent_at}


def _sealed(phone: str | None, text: str) -> Row:
    uid = str(uuid.uuid4())
    return {
        "uid": uid,
        "phone_sealed": phone and keyring.seal(phone, bound_to("messages", "phone", uid)),
        "text_sealed": keyring.seal(text, bound_to("messages", "text", uid)),
    }

"""Words around text messages: what each kind tells, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.domain.messages import Audience, MessageKind

MESSAGE: Mapping[str, LazyString] = {
    MessageKind.RECEIVED: _l("Complaint received"),
    MessageKind.SUPPLEMENT: _l("Please supplement"),
    MessageKind.ACCEPTED: _l("Complaint accepted"),
    MessageKind.NOT_ACCEPTED: _l("Complaint not accepted"),
    MessageKind.EXTENDED: _l("Limit extended"),
    MessageKind.CLOSED: _l("Case closed"),
    MessageKind.REWORK: _l("Case is being reworked"),
    MessageKind.ASSIGNED: _l("New case to sign for"),
    MessageKind.DUE_SOON: _l("Handling is due soon"),
    MessageKind.OVERDUE: _l("Case is overdue"),
    MessageKind.SUPERVISE: _l("Case is under supervision"),
    MessageKind.DIGEST: _l("Daily digest"),
    MessageKind.OTP: _l("One-time code"),
    MessageKind.QUERY_CODE: _l("Query code"),
    MessageKind.RATE: _l("Invitation to rate"),
    MessageKind.DEEMED_ACCEPTED: _l("Complaint deemed accepted"),
    MessageKind.DEEMED_NOTICE: _l("Deemed acceptance: assign now"),
    MessageKind.ACCEPT_DUE_SOON: _l("Accepting is due soon"),
    MessageKind.FOLLOW_UP_DUE_SOON: _l("Following up is due soon"),
    MessageKind.ESCALATED: _l("Escalated to the leader"),
    MessageKind.ESCALATED_UP: _l("Escalated a level up"),
    MessageKind.SECOND_LOOK: _l("Is it really solved?"),
    MessageKind.RETURNED: _l("Case returned by the unit"),
    MessageKind.WITHDRAWN: _l("Case withdrawn"),
}
AUDIENCE: Mapping[str, LazyString] = {
    Audience.COMPLAINANT: _l("Complainant"),
    Audience.UNIT_OFFICERS: _l("Officers of the unit"),
    Audience.UNIT_LEADER: _l("Leader of the unit"),
    Audience.SUPERIOR: _l("Department a level up"),
    Audience.CENTRE_INTAKE: _l("Intake of the centre"),
    Audience.CENTRE_LEADER: _l("Leader of the centre"),
    Audience.CENTRE_CALLERS: _l("Callers of the centre"),
    Audience.CENTRE_DISPATCHERS: _l("Dispatchers of the centre"),
}
MESSAGE_STATUS: Mapping[str, LazyString] = {
    "queued": _l("Waiting"),
    "claimed": _l("Being sent"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
    "unknown": _l("Outcome unknown"),
    "suppressed": _l("Not sent"),
}
MESSAGE_REASON: Mapping[str, LazyString] = {
    "no_phone": _l("no phone number"),
    "imported": _l("imported case"),
    "before_import": _l("from before the import"),
    "unreadable": _l("cannot be opened"),
    "unknown_to_gateway": _l("unknown to the gateway"),
}

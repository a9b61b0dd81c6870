"""Text messages: their kinds, who gets them, what they may say, how long they are, when they may go out.

A message never names a person, a respondent, a matter or a result: only numbers, dates, counts, codes and the
link to rate. That is the fixed list of fields below, and no template can reach past it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from app.domain.calendar import CHINA
from app.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE_PART: Final = 70  # UTF-16 units in a message of one part, the signature included
EACH_PART: Final = 67  # units in each part of a longer one
MAX_PARTS: Final = 4
QUIET_FROM: Final = 21  # o'clock in China
QUIET_UNTIL: Final = 8
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


class Audience(StrEnum):
    """Who is told. ``superior``: the same type of department a level up, and the centre."""

    COMPLAINANT = "complainant"
    UNIT_OFFICERS = "unit_officers"
    UNIT_LEADER = "unit_leader"
    SUPERIOR = "superior"
    CENTRE_INTAKE = "centre_intake"
    CENTRE_LEADER = "centre_leader"
    CENTRE_CALLERS = "centre_callers"
    CENTRE_DISPATCHERS = "centre_dispatchers"


class MessageKind(StrEnum):
    """Every message the platform can send: one template each."""

    RECEIVED = "received"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    EXTENDED = "extended"
    CLOSED = "closed"
    REWORK = "rework"
    ASSIGNED = "assigned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    SUPERVISE = "supervise"
    DIGEST = "digest"
    OTP = "otp"
    QUERY_CODE = "query_code"
    RATE = "rate"
    DEEMED_ACCEPTED = "deemed_accepted"
    DEEMED_NOTICE = "deemed_notice"
    ACCEPT_DUE_SOON = "accept_due_soon"
    FOLLOW_UP_DUE_SOON = "follow_up_due_soon"
    ESCALATED = "escalated"
    ESCALATED_UP = "escalated_up"
    SECOND_LOOK = "second_look"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


_K, _A = MessageKind, Audience
# case_no is the receipt number while a case has no other, due an ISO date, days the working days past due; a
# code or token fits the 20 characters that vendors allow a variable. These are values of realistic length.
_SAMPLE: Final = {
    "receipt_no": "TS2612310000017",
    "case_no": "YS2612310000017",
    "due": "2026-12-31",
    "days": "13",
    "n": "128",
    "m": "16",
    "code": "604815",
    "query_code": "0123456789ABCDEF",
    "token": "0123456789ABCDEF",
    "link": "https://ts.example.gov.cn/evaluate/0123456789ABCDEF",
}
_USUAL: Final = frozenset({"case_no", "receipt_no", "due"})
_LATE: Final = _USUAL | {"days"}
_OWN_FIELDS: Final = {
    _K.RECEIVED: frozenset({"receipt_no", "due"}),
    _K.NOT_ACCEPTED: frozenset({"receipt_no"}),
    _K.DIGEST: frozenset({"n", "m"}),
    _K.OTP: frozenset({"code"}),
    _K.QUERY_CODE: frozenset({"receipt_no", "query_code"}),
    _K.RATE: _USUAL | {"token", "link"},
    **dict.fromkeys((_K.OVERDUE, _K.SUPERVISE, _K.DEEMED_NOTICE, _K.ESCALATED, _K.ESCALATED_UP), _LATE),
}
_TO_OFFICERS: Final = {
    **dict.fromkeys((_K.ASSIGNED, _K.DUE_SOON, _K.OVERDUE, _K.DIGEST, _K.WITHDRAWN), _A.UNIT_OFFICERS),
    **dict.fromkeys((_K.SUPERVISE, _K.ESCALATED), _A.UNIT_LEADER),
    **dict.fromkeys((_K.ACCEPT_DUE_SOON, _K.DEEMED_NOTICE), _A.CENTRE_INTAKE),
    _K.FOLLOW_UP_DUE_SOON: _A.CENTRE_CALLERS,
    _K.RETURNED: _A.CENTRE_DISPATCHERS,
    _K.ESCALATED_UP: _A.SUPERIOR,
}
_NEEDED: Final = {_K.OTP: {"code"}, _K.QUERY_CODE: {"query_code"}, _K.RATE: {"token", "link"}}  # any of them
AUDIENCE: Final = MappingProxyType({kind: _TO_OFFICERS.get(kind, _A.COMPLAINANT) for kind in _K})
FIELDS: Final = MappingProxyType({kind: _OWN_FIELDS.get(kind, _USUAL) for kind in _K})
SAMPLES: Final = MappingProxyType({kind: {name: _SAMPLE[name] for name in FIELDS[kind]} for kind in _K})
_REMINDERS: Final = {
    "accept": _K.ACCEPT_DUE_SOON,
    "follow_up": _K.FOLLOW_UP_DUE_SOON,
    "supplement": _K.SUPPLEMENT,
    "second_look": _K.SECOND_LOOK,
}


def notice(clock: str, verb: str, audience: str) -> MessageKind:
    """Return the kind of message for a step of a clock's ladder (remind, mark_overdue, escalate)."""
    if verb == "remind":
        kind = _REMINDERS.get(clock, MessageKind.DUE_SOON)
        return _K.FOLLOW_UP_DUE_SOON if kind is _K.SECOND_LOOK and audience != _A.COMPLAINANT else kind
    if verb == "escalate":
        return MessageKind.ESCALATED_UP if audience == Audience.SUPERIOR else MessageKind.ESCALATED
    return MessageKind.OVERDUE


def render(template_text: str, kind: MessageKind, values: Mapping[str, str]) -> str:
    """Fill the ``{name}`` fields of a template; the signature is not part of it.

    Raises Invalid (text, values) for a field or value that the kind does not offer, or one without a value.
    """
    wanted = _fields(kind, template_text)
    if not FIELDS[kind].issuperset(values):
        raise Invalid({"values": "This message must not carry that value."})
    if not all(values.get(name) for name in wanted):
        raise Invalid({"values": "A field of the template has no value."})
    return _FIELD.sub(lambda match: values[match[1]], template_text)


def check_template(kind: MessageKind, text: str) -> None:
    """Check an edited template. Raises Invalid (text) with the first thing that is wrong."""
    if not text.strip():
        raise Invalid({"text": "Write a text."})
    if not text.isprintable() or "\u3010" in text or "\u3011" in text:
        raise Invalid({"text": "One line of plain text, without the brackets that mark the signature."})
    if kind in _NEEDED and not _fields(kind, text) & _NEEDED[kind]:
        raise Invalid({"text": "The field that this message is sent for is missing."})
    if segments(render(text, kind, SAMPLES[kind])) > MAX_PARTS:
        raise Invalid({"text": "The text is too long for a text message."})


def segments(text: str, signature: str = "") -> int:
    """Count the parts a message is charged for: one up to 70 UTF-16 units, then 67 in each part."""
    units = len((signature + text).encode("utf-16-le", "surrogatepass")) // 2
    return 1 if units <= ONE_PART else -(-units // EACH_PART)


def not_before(now: datetime, kind: MessageKind | None = None) -> datetime:
    """Return when a message may go out (aware UTC): now, or after the quiet hours at 08:00 in China.

    A one-time code is asked for by somebody who waits for it, so it goes at once.
    """
    local = now.astimezone(CHINA)
    if kind == MessageKind.OTP or QUIET_UNTIL <= local.hour < QUIET_FROM:
        return now.astimezone(UTC)
    day = local + timedelta(days=1) if local.hour >= QUIET_FROM else local
    return day.replace(hour=QUIET_UNTIL, minute=0, second=0, microsecond=0).astimezone(UTC)


def _fields(kind: MessageKind, text: str) -> set[str]:
    """Return the fields a template uses. Raises Invalid for any other brace or field."""
    if {"{", "}"}.intersection(_FIELD.sub("", text)):
        raise Invalid({"text": "Braces only mark fields, such as {case_no}."})
    names = set(_FIELD.findall(text))
    if not names <= FIELDS[kind]:
        raise Invalid({"text": "This message does not offer that field."})
    return names

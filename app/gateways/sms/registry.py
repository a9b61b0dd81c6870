"""From HUIYIN_SMS to a gateway: one, or several in order of preference.

A message belongs to the gateway that was first given it, by the name kept in its row: ``choose(gateway,
name)`` finds that one again. New messages go to the first gateway that does not rest; one rests for the
life of its set when it could not even be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken
from app.gateways.sms.http import HttpGateway, HttpSettings
from app.gateways.sms.outbox import OutboxGateway

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from app.gateways.sms import Receipt, SendState, SmsGateway


class SmsSettings(Protocol):
    """What the gateways need of the project's settings (``config.Settings``)."""

    @property
    def data(self) -> Path:
        """The data folder; the outbox is in it."""

    @property
    def sms_http_url(self) -> str:
        """Address that takes a message."""

    @property
    def sms_http_query_url(self) -> str:
        """Address that says whether a message was taken, or empty."""

    @property
    def sms_http_token(self) -> str:
        """Bearer token, or empty."""

    @property
    def sms_http_timeout(self) -> int:
        """Seconds to wait."""


def make_gateway(name: str | Sequence[str], settings: SmsSettings) -> SmsGateway:
    """Make the gateway of that name, or of several names in order of preference ("http,outbox").

    Raises ValueError for a name that is not known, and for settings with which it cannot work.
    """
    names = [each.strip() for each in (name.split(",") if isinstance(name, str) else name)]
    gateways = [_make(each, settings) for each in dict.fromkeys(names)]
    return gateways[0] if len(gateways) == 1 else Preferred(gateways)


def choose(gateway: SmsGateway, claimed_by: str | None) -> SmsGateway:
    """Return the gateway that must carry a message: the one that claimed it, else the preferred one.

    Raises GatewayError (not permanent) when the message belongs to a gateway that is no longer set up.
    """
    if isinstance(gateway, Preferred):
        return gateway.member(claimed_by)
    if claimed_by in (None, gateway.name):
        return gateway
    raise _gone(claimed_by)


class Preferred:
    """Several gateways. ``send`` gives a message to one of them only; ``query`` asks them all."""

    def __init__(self, members: Sequence[SmsGateway]) -> None:
        """Take the gateways, the preferred one first."""
        self.members = tuple(members)
        self.resting: set[str] = set()

    @property
    def name(self) -> str:
        """All names, in order."""
        return ",".join(member.name for member in self.members)

    def member(self, claimed_by: str | None) -> SmsGateway:
        """Return the gateway of that name; without a name, the first that does not rest (else the first)."""
        if claimed_by is None:
            return next((each for each in self.members if each.name not in self.resting), self.members[0])
        found = next((each for each in self.members if each.name == claimed_by), None)
        if found is None:
            raise _gone(claimed_by)
        return found

    def send(
        self, reference: str, phone: str, text: str, template_code: str | None, values: Mapping[str, str]
    ) -> Receipt:
        """Give the message to the first gateway that does not rest. Raises what that one raises."""
        chosen = self.member(None)
        try:
            return chosen.send(reference, phone, text, template_code, values)
        except NotTaken:
            self.rest(chosen.name)
            raise

    def query(self, reference: str, phone: str, day: date) -> SendState:
        """Say "sent" when one of them has it, "absent" only when none may have it."""
        states = {member.query(reference, phone, day) for member in self.members}
        return "sent" if "sent" in states else "unknown" if "unknown" in states else "absent"

    def rest(self, name: str) -> None:
        """Leave a gateway out for new messages, because it cannot be reached."""
        self.resting.add(name)


def _make(name: str, settings: SmsSettings) -> SmsGateway:
    if name == "outbox":
        return OutboxGateway(settings.data / "outbox")
    if name == "http":
        return HttpGateway(_http_settings(settings))
    raise ValueError(f"There is no gateway named {name!r}: HUIYIN_SMS takes outbox, http, or both with a comma.")


def _http_settings(settings: SmsSettings) -> HttpSettings:
    return HttpSettings(
        endpoint=settings.sms_http_url,
        query_endpoint=settings.sms_http_query_url,
        token=settings.sms_http_token,
        timeout=settings.sms_http_timeout,
    )


def _gone(name: str | None) -> GatewayError:
    return GatewayError(f"The message belongs to the gateway {name}, which is not set up any more.")

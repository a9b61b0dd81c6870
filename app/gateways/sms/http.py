"""A plain JSON gateway, as government message platforms offer them. Redirects are not followed.

``POST endpoint`` with ``{"reference", "phone", "text", "template_code", "values"}`` answers ``{"code",
"id"}``; ``POST query_endpoint`` with ``{"reference", "phone", "day"}`` answers ``{"code", "status"}``, where
anything but ``sent`` and ``absent`` means unknown. Without a query endpoint the fate of an attempt stays
unknown, for a person to settle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken, Receipt
from app.gateways.sms.wire import exchange

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from app.gateways.sms import SendState

Meaning = Literal["ok", "temporary", "permanent"]
# Codes in the body. "temporary": the gateway says that it did not take the message now. Others are unknown.
CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "0": "ok",
        "200": "ok",
        "OK": "ok",
        "busy": "temporary",
        "throttled": "temporary",
        "no_balance": "temporary",
        "unauthorised": "temporary",
        "invalid_phone": "permanent",
        "blocked_phone": "permanent",
        "text_refused": "permanent",
        "template_refused": "permanent",
    }
)
# HTTP statuses of a server that did not take the message. Those that a person must mend (credentials,
# address) are temporary too: a wrong token must not burn a day's messages.
_NOT_TAKEN: Final = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 429})
_REFUSED: Final = frozenset({400, 413, 422})
_OK: Final = 200
_LONGEST_REF: Final = 64
_STATES: Final[dict[object, SendState]] = {"sent": "sent", "absent": "absent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where and how; ``timeout`` is the whole time for one call, in seconds. Raises ValueError."""

    endpoint: str
    query_endpoint: str = ""
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 10
    codes: Mapping[str, Meaning] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse addresses and headers that cannot be used."""
        addresses = filter(None, (self.endpoint or "missing", self.query_endpoint))
        if not all(_is_address(address) for address in addresses):
            raise ValueError("The http gateway needs its address: http://... or https://...")
        if not all(_is_header(text) for text in (self.token, *self.headers, *self.headers.values())):
            raise ValueError("The token and headers of the http gateway are plain ASCII on one line.")


class HttpGateway:
    """Send by HTTP POST, one connection a message."""

    name = "http"

    def __init__(self, settings: HttpSettings) -> None:
        """Take the settings; own codes come over the usual ones."""
        self.settings = settings
        self._codes: dict[str, Meaning] = {**CODES, **settings.codes}
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token}"
        self._headers.update(settings.headers)

    def send(
        self, reference: str, phone: str, text: str, template_code: str | None, values: Mapping[str, str]
    ) -> Receipt:
        """Hand the message over. Raises GatewayError, NotTaken (see the package)."""
        answer = self._call(
            self.settings.endpoint,
            {
                "reference": reference,
                "phone": phone,
                "text": text,
                "template_code": template_code,
                "values": dict(values),
            },
        )
        code = str(answer.get("code"))
        meaning = self._codes.get(code)
        if meaning == "ok":
            return Receipt(str(answer.get("id") or "")[:_LONGEST_REF])
        message = f"The gateway answered with code {code[:40]}."
        if meaning == "temporary":
            raise NotTaken(message)
        raise GatewayError(message, permanent=meaning == "permanent")

    def query(self, reference: str, phone: str, day: date) -> SendState:
        """Ask for the message's fate. Raises GatewayError when the gateway cannot be asked now."""
        if not self.settings.query_endpoint:
            return "unknown"
        question: dict[str, object] = {"reference": reference, "phone": phone, "day": day.isoformat()}
        answer = self._call(self.settings.query_endpoint, question)
        if self._codes.get(str(answer.get("code"))) != "ok":
            return "unknown"
        return _STATES.get(str(answer.get("status")), "unknown")

    def _call(self, address: str, body: dict[str, object]) -> dict[str, object]:
        status, content = exchange(address, json.dumps(body).encode(), self._headers, self.settings.timeout)
        if status != _OK:
            message = f"The gateway answered with HTTP status {status}."
            raise (NotTaken(message) if status in _NOT_TAKEN else GatewayError(message, permanent=status in _REFUSED))
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise GatewayError("The gateway answered with something that is no JSON object.")
        return answer


def _is_address(address: str) -> bool:
    parts = urlsplit(address)
    is_plain = address.isascii() and address.isprintable() and " " not in address
    return is_plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0


def _is_header(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)

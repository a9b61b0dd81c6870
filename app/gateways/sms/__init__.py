"""What a gateway for text messages is: it takes one message, and says later whether it took it.

A message is known by ``reference`` (the row's UUID). Whoever sends asks ``query`` before a second attempt: a
message whose fate is unknown is never repeated blindly, and never handed to another gateway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from app.domain.errors import GatewayError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SendState = Literal["sent", "unknown", "absent"]


class NotTaken(GatewayError):
    """A failure that came before the gateway took the message: sending again, later, cannot double it."""


class Receipt(NamedTuple):
    """The gateway has taken the message: its own number for it, empty when it gives none."""

    gateway_ref: str


class SmsGateway(Protocol):
    """One way out for text messages."""

    @property
    def name(self) -> str:
        """The name kept with each message that this gateway was given."""

    def send(
        self, reference: str, phone: str, text: str, template_code: str | None, values: Mapping[str, str]
    ) -> Receipt:
        """Hand one message over, signature included in ``text``.

        Raises GatewayError: permanent when the message itself is refused; NotTaken when it surely was not
        taken; otherwise its fate is unknown, and ``query`` must be asked before another attempt.
        """

    def query(self, reference: str, phone: str, day: date) -> SendState:
        """Say whether the message was taken; ``day``: of the attempt, in China. Raises GatewayError."""

"""Separation of duties (三员分立, GB/T 22239-2019 8.1.5): running the system, keeping accounts, reading the logs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.domain.access import ADMINS, Role
from app.domain.errors import Reason, Refused

DUTIES: Final = {
    "system": ADMINS,
    "security": frozenset({Role.SECURITY_ADMIN}),
    "audit": frozenset({Role.AUDITOR}),
}


def check_duties(roles: Iterable[str]) -> None:
    """Raise Refused where one account would hold two of the three."""
    held = frozenset(roles)
    if sum(bool(held & duty) for duty in DUTIES.values()) > 1:
        raise Refused(
            Reason("duties", "No account holds two of these: administration of the system, of security, of audit.")
        )

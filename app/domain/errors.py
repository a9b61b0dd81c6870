"""The four ways an act may fail. Each door maps them once; anything else is a bug.

Messages are English msgids with ``%(name)s`` fields: a door translates first, then fills in ``params``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Reason(NamedTuple):
    """One reason for a refusal: a stable code for programs, an English msgid for people, its fields."""

    code: str
    message: str
    params: Mapping[str, object] = _NOTHING

    def __str__(self) -> str:
        """Return the English text with its fields filled in."""
        return self.message % self.params if self.params else self.message


class Refused(Exception):
    """The rules forbid the act now (409, or a flash message); at least one reason says why."""

    def __init__(self, *reasons: Reason) -> None:
        """Keep the reasons, in the order in which they were found."""
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        """Join the reasons' English texts."""
        return "; ".join(str(reason) for reason in self.reasons)


class Invalid(Exception):
    """The facts given are not acceptable (422, or marks on a form): field name -> English msgid."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Keep a message for each field at fault."""
        super().__init__(dict(fields))
        self.fields = dict(fields)


class NotFound(Exception):
    """There is no such row, or the actor may not know of it (404 for both, so nothing leaks)."""


class GatewayError(Exception):
    """The outside world failed. ``permanent`` means that trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        """Keep the message (never with personal data in it) and whether to give up."""
        super().__init__(message)
        self.message = message
        self.permanent = permanent

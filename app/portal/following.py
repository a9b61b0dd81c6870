"""Which cases this browser follows: ids in the visitor's own signed session, for half an hour from the last proof."""

from __future__ import annotations

from collections.abc import Mapping

from flask import session

from app.domain.numbers import normalise_number
from app.extensions import clock

KEPT = 30 * 60
"""Seconds for which neither query code nor phone code is asked again."""
MOST = 50
_NAME = "followed"


def follow(number: str, case_id: int) -> None:
    """Remember a case that the visitor has shown to be theirs."""
    follow_all({number: case_id})


def follow_all(numbers: Mapping[str, int]) -> None:
    """Remember cases, beside those followed already."""
    until = int(clock.real().timestamp()) + KEPT
    new = {number: [case_id, until] for number, case_id in numbers.items()}
    session[_NAME] = dict(list({**_running(), **new}.items())[-MOST:])


def followed(number: str) -> int | None:
    """The case with this number, where this browser follows it."""
    found = _running().get(normalise_number(number))
    return int(found[0]) if found else None


def all_followed() -> list[int]:
    """Every case that this browser follows."""
    return [pair[0] for pair in _running().values()]


def stop() -> None:
    """Follow nothing any more."""
    session.pop(_NAME, None)


def _running() -> dict[str, list[int]]:
    now = clock.real().timestamp()
    return {number: pair for number, pair in session.get(_NAME, {}).items() if pair[1] > now}

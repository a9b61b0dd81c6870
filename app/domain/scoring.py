"""Figures: what a rating says, and the rates by which centres and units are judged.

"On time" is measured against what was *due*, never against what was received.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STARS: Final = range(1, 6)
FAIR: Final = 3
_HUNDREDTH: Final = Decimal("0.01")


class Satisfaction(StrEnum):
    """Answer to a follow-up call, best first; the first three count as satisfied."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def is_satisfied(self) -> bool:
        """Whether the answer counts as satisfied (the catalogue's formula)."""
        return self not in (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)


@dataclass(frozen=True, slots=True)
class Score:
    """A complainant's rating: 1 to 5 stars each for speed, result and manner. Raises Invalid."""

    speed: int
    result: int
    manner: int

    def __post_init__(self) -> None:
        """Refuse anything but one to five stars."""
        stars = {"speed": self.speed, "result": self.result, "manner": self.manner}
        wrong = [name for name, given in stars.items() if type(given) is not int or given not in STARS]
        if wrong:
            raise Invalid(dict.fromkeys(wrong, "Give one to five stars."))

    @property
    def mean(self) -> Decimal:
        """The mean of the three, to two places."""
        return (Decimal(self.speed + self.result + self.manner) / 3).quantize(_HUNDREDTH, ROUND_HALF_UP)

    @property
    def is_satisfied(self) -> bool:
        """Satisfied: at least three stars for the result, and in the mean."""
        return self.result >= FAIR and self.mean >= FAIR


class Rate(NamedTuple):
    """A share of cases, always with the numbers it comes from."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None when there was nothing to count."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, to two places; None when there was nothing to count."""
        if not self.denominator:
            return None
        return (Decimal(100 * self.numerator) / self.denominator).quantize(_HUNDREDTH, ROUND_HALF_UP)


# Numbers of cases of a place and period -> numerator, and the sum that is the denominator. ``due``: closed or
# open past the limit; ``decision_due``: accepted, refused, or undecided past the limit; ``closed`` includes
# terminated ones. Whoever counts decides on imported and merged cases.
METRICS: Final = MappingProxyType(
    {
        "completion": ("closed", ("accepted",)),
        "on_time_completion": ("closed_in_time", ("due",)),
        "on_time_acceptance": ("decided_in_time", ("decision_due",)),
        "satisfaction": ("satisfied", ("rated",)),
        "participation": ("rated", ("closed",)),
        "overdue": ("overdue", ("open", "closed")),
    }
)


def rate(metric: str, counts: Mapping[str, int]) -> Rate:
    """Compute a metric of METRICS from the counts it names (others are ignored, none may be missing)."""
    numerator, denominator = METRICS[metric]
    return Rate(counts[numerator], sum(counts[name] for name in denominator))


def is_due(due_at: datetime, done_at: datetime | None, now: datetime) -> bool:
    """Whether a limit counts in a denominator: what it is for is done, or the limit has passed."""
    return done_at is not None or due_at < now


def is_in_time(due_at: datetime, done_at: datetime | None) -> bool:
    """Whether it was done within the limit; the last second still counts."""
    return done_at is not None and done_at <= due_at

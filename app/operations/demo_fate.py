"""What is decided for a made-up case at its beginning: how fast its offices work, and where it stays."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from app.domain.lifecycle import Status
from app.operations.demo_draft import Draft
from app.operations.demo_texts import Scene

_ORDER = {status: place for place, status in enumerate(Status)}
_HOLDS = {
    Status.PENDING_CLASSIFY: 1,
    Status.PENDING_ACCEPT: 1,
    Status.PENDING_DISPATCH: 2,
    Status.PENDING_CONFIRM: 2,
    Status.INVESTIGATING: 3,
    Status.PENDING_CLOSE: 2,
}


class Pace(NamedTuple):
    """How fast an office works: hours from one act to the next (from, to), and how often people are content."""

    accept: tuple[float, float]
    assign: tuple[float, float]
    sign_for: tuple[float, float]
    report: tuple[float, float]
    rework: tuple[float, float]
    call: tuple[float, float]
    close: tuple[float, float]
    content: float


QUICK = Pace((1, 10), (0.5, 5), (0.5, 5), (60, 240), (40, 120), (4, 30), (1, 20), 0.97)
USUAL = Pace((8, 40), (2, 10), (3, 16), (240, 520), (60, 200), (10, 70), (2, 40), 0.94)
SLOW = Pace((30, 80), (8, 40), (20, 70), (480, 760), (150, 320), (40, 150), (5, 60), 0.82)
STUCK = Pace((60, 150), (24, 150), (60, 220), (760, 1500), (250, 500), (100, 260), (20, 90), 0.55)
_PACES = {QUICK: 50, USUAL: 33, SLOW: 13, STUCK: 4}


@dataclass
class Fate:
    """What was decided for a case at its beginning."""

    pick: Random
    pace: Pace
    hold: Status | None
    matter_code: str
    is_refused: bool
    is_reminded: bool
    co_signs: bool

    def is_held(self, draft: Draft) -> bool:
        """Whether the case stays where it is now; one without a department is classified all the same."""
        is_there = self.hold is not None and _ORDER[draft.status] >= _ORDER[self.hold]
        is_lost = draft.status is Status.PENDING_DISPATCH and draft.case["department_id"] is None
        return is_there and not is_lost


def decided(pick: Random, scene: Scene, serial: int, total: int) -> Fate:
    """Of the last fifth of 300 cases a quarter stays where it is (of many cases fewer): every status comes about.

    Cases in the light, which the demonstration accounts see, wait for those to sign for them or to report.
    """
    is_late, is_last = serial > total * 0.8, serial > total * 0.92
    is_held = is_late and pick.random() < max(0.03, min(0.25, 75 / total))
    hold = pick.choices(list(_HOLDS), list(_HOLDS.values()))[0] if is_held else None
    if scene.is_lit and is_late:
        hold = Status.PENDING_CONFIRM if is_last else Status.INVESTIGATING
    return Fate(
        pick,
        pick.choices(list(_PACES), list(_PACES.values()))[0],
        hold,
        scene.matter.code,
        is_refused=pick.random() < 0.07 and not scene.is_lit,
        is_reminded=pick.random() < 0.12,
        co_signs=pick.random() < 0.6,
    )

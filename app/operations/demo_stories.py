"""What happens to a made-up case: when it comes in, who does what when, and how it ends. The same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from app.domain.access import Actor, Role, complainant
from app.domain.calendar import CHINA
from app.domain.lifecycle import AssignmentStatus, Status, VerbName
from app.operations.demo_draft import Draft
from app.operations.demo_filing import file
from app.operations.demo_ledger import Ledger
from app.operations.demo_texts import Words

SPAN = 548
"""Days over which the cases are spread: 18 months."""
_RECENT, _LAST_WEEKS = 75, 7
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
_BY_CHANNEL = {"window": Role.WINDOW, "hotline": Role.API_CLIENT}


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


class Plan(NamedTuple):
    """The next act: when, what, by whom, with which facts."""

    at: datetime
    verb: VerbName
    actor: Actor
    facts: dict[str, Any]


class Stories:
    """Tells cases by their serial number, 1 to `total`, in the order of their filing."""

    def __init__(self, ledger: Ledger, words: Words, now: datetime, total: int) -> None:
        """Stories end at `now`."""
        self.ledger, self.words, self.now, self.total = ledger, words, now, total
        self.cities = {code: place.city_code for code, place in words.places.items()}

    def batch(self, first: int, last: int) -> list[Draft]:
        """The cases from one serial number to another, both included."""
        begun = [self._begin(serial) for serial in range(first, last + 1)]
        return [self._tell(*each) for each in sorted(begun, key=lambda each: each[:2])]

    def _begin(self, serial: int) -> tuple[datetime, int, Random]:
        pick = Random(f"huiyin {serial}")  # noqa: S311 - made-up cases
        return self._filed_at(pick, serial), serial, pick

    def _tell(self, filed_at: datetime, serial: int, pick: Random) -> Draft:
        is_fresh = serial > self.total * 0.97
        is_classified = pick.random() < (0.7 if is_fresh else 0.95)
        filing, matter_code = self.words.filing(pick, serial, filed_at, is_classified=is_classified)
        role = _BY_CHANNEL.get(filing.channel, Role.INTAKE)
        is_own = filing.channel in ("online", "mobile")
        actor = complainant(0) if is_own else self.ledger.cast.province(role)
        draft = file(self.ledger, filing, actor, filed_at)
        fate = self._fate(pick, serial, matter_code)
        fate.hold = draft.status if is_fresh and not is_classified else fate.hold
        self._live(draft, fate)
        return draft

    def _fate(self, pick: Random, serial: int, matter_code: str) -> Fate:
        """Of the last fifth of the cases, a quarter stays where it is: that is how every status comes about."""
        is_held = serial > self.total * 0.8 and pick.random() < max(0.03, min(0.25, 75 / self.total))
        return Fate(
            pick,
            pick.choices(list(_PACES), list(_PACES.values()))[0],
            pick.choices(list(_HOLDS), list(_HOLDS.values()))[0] if is_held else None,
            matter_code,
            is_refused=pick.random() < 0.07,
            is_reminded=pick.random() < 0.12,
            co_signs=pick.random() < 0.6,
        )

    def _live(self, draft: Draft, fate: Fate) -> None:
        """Act after act, the clock's steps between them, until the story or the time is over."""
        while not self._is_held(draft, fate) and (plan := self._next(draft, fate)) and plan.at <= self.now:
            before = draft.status
            self.ledger.run_clock(draft, plan.at)
            if draft.status is before:  # otherwise the clock was first: think again
                self.ledger.perform(draft, plan.verb, plan.actor, plan.at, **plan.facts)
        self.ledger.run_clock(draft, self.now)

    def _is_held(self, draft: Draft, fate: Fate) -> bool:
        is_there = fate.hold is not None and _ORDER[draft.status] >= _ORDER[fate.hold]
        is_lost = draft.status is Status.PENDING_DISPATCH and draft.case["department_id"] is None
        return is_there and not is_lost

    def _next(self, draft: Draft, fate: Fate) -> Plan | None:
        tell = {
            Status.PENDING_CLASSIFY: self._classify,
            Status.PENDING_ACCEPT: self._decide,
            Status.PENDING_DISPATCH: self._assign,
            Status.PENDING_CONFIRM: self._sign_for,
            Status.INVESTIGATING: self._investigate,
            Status.PENDING_CLOSE: self._check,
            Status.CLOSED: self._listen,
        }.get(draft.status)
        return tell(draft, fate) if tell else None

    def _classify(self, draft: Draft, fate: Fate) -> Plan:
        at = self._at_desk(fate.pick, draft.last_at, 1, 20)
        actor = self.ledger.cast.province(Role.INTAKE)
        return Plan(at, VerbName.CLASSIFY, actor, {"matter_code": fate.matter_code})

    def _decide(self, draft: Draft, fate: Fate) -> Plan:
        at = self._at_desk(fate.pick, draft.last_at, *fate.pace.accept)
        if fate.is_refused and not draft.is_recused:
            code = fate.pick.choice(list(self.words.texts["rejections"]))
            facts = {"reason_code": code, "reason": fate.pick.choice(self.words.texts["rejections"][code])}
            return Plan(at, VerbName.REJECT, self.ledger.cast.province(Role.INTAKE), facts)
        note = fate.pick.choice(self.words.texts["notes"]["accept"])
        return Plan(at, VerbName.ACCEPT, self._centre(draft, fate.pick, Role.INTAKE), {"note": note})

    def _assign(self, draft: Draft, fate: Fate) -> Plan:
        if draft.case["department_id"] is None:
            return self._classify(draft, fate)
        at = self._at_desk(fate.pick, draft.last_at, *fate.pace.assign)
        note = fate.pick.choice(self.words.texts["notes"]["assign"])
        return Plan(at, VerbName.ASSIGN, self._centre(draft, fate.pick, Role.DISPATCHER), {"note": note})

    def _sign_for(self, draft: Draft, fate: Fate) -> Plan:
        at = self._at_desk(fate.pick, draft.case["assigned_at"], *fate.pace.sign_for)
        return Plan(at, VerbName.SIGN_FOR, self._handler(draft), {})

    def _investigate(self, draft: Draft, fate: Fate) -> Plan:
        """A co-handler may sign too, the supervisor may remind, then the lead unit reports."""
        if fate.co_signs and (helper := self._helper(draft)):
            return Plan(self._at_desk(fate.pick, draft.last_at, 2, 20), VerbName.SIGN_FOR, helper, {})
        if fate.is_reminded and not draft.is_recused:
            fate.is_reminded = False
            note = fate.pick.choice(self.words.texts["notes"]["remind"])
            at = self._at_desk(fate.pick, draft.last_at, 60, 200)
            return Plan(at, VerbName.REMIND, self.ledger.cast.province(Role.SUPERVISOR), {"note": note})
        begun = max(timer.row["started_at"] for timer in draft.timers)
        at = self._at_desk(fate.pick, begun, *(fate.pace.rework if draft.round else fate.pace.report))
        kinds = {"solved": 58, "partly_solved": 12, "plan_agreed": 12, "explained": 13, "moved": 3, "other": 2}
        kind = self.words.any_of(fate.pick, kinds)
        facts = {"close_type": kind, **fate.pick.choice(self.words.texts["closings"][kind])}
        if at <= draft.last_at:
            at = self._at_desk(fate.pick, draft.last_at, 1, 8)
        return Plan(at, VerbName.REPORT, self._handler(draft), facts)

    def _helper(self, draft: Draft) -> Actor | None:
        """A co-handling unit that has not signed yet and has an officer."""
        waiting = [share for share in draft.shares if share["status"] == AssignmentStatus.PENDING]
        found = (self.ledger.cast.known_handler(share["department_id"]) for share in waiting)
        return next((actor for actor in found if actor), None)

    def _check(self, draft: Draft, fate: Fate) -> Plan:
        """Call the complainant (again where nobody answered), then close, or have it done anew."""
        calls = [call for call in draft.calls if call["round"] == draft.round]
        is_missed = len(calls) == 1 and draft.phone and not calls[0]["is_reached"]
        if not calls or is_missed:
            return self._call(draft, fate)
        if calls[-1]["satisfaction"] in _BAD and not draft.round:
            return self._rework(draft, fate)
        at = self._at_desk(fate.pick, draft.last_at, *fate.pace.close)
        return Plan(at, VerbName.CLOSE, self._centre(draft, fate.pick, Role.SUPERVISOR), {"note": None})

    def _call(self, draft: Draft, fate: Fate) -> Plan:
        pick, texts = fate.pick, self.words.texts["calls"]
        said, note = None, "no_phone"
        if draft.phone and pick.random() < 0.1:
            note = "unreached"
        elif draft.phone:
            said = note = self.words.any_of(pick, _GOOD if pick.random() < fate.pace.content else _BAD)
        facts = {"is_reached": said is not None, "satisfaction": said, "note": pick.choice(texts[note])}
        at = self._at_desk(pick, draft.last_at, *fate.pace.call)
        return Plan(at, VerbName.FOLLOW_UP, self._centre(draft, pick, Role.CALLER), facts)

    def _listen(self, draft: Draft, fate: Fate) -> Plan | None:
        """A rating comes or not; a bad first one is answered by a rework."""
        rating = draft.ratings[-1]
        if rating["submitted_at"]:
            return None if rating["is_satisfied"] or draft.round else self._rework(draft, fate)
        if not draft.phone or fate.pick.random() > 0.45:
            return None
        at = self._awake(fate.pick, draft.last_at + timedelta(hours=fate.pick.uniform(1, 240)))
        return Plan(at, VerbName.EVALUATE, complainant(0), self._stars(fate))

    def _stars(self, fate: Fate) -> dict[str, Any]:
        pick, comments = fate.pick, self.words.texts["comments"]
        is_content = pick.random() < fate.pace.content - 0.06
        stars = {name: pick.choice((3, 4, 4, 5, 5, 5) if is_content else (1, 1, 2)) for name in _STARS}
        kind = ("good" if sum(stars.values()) > 11 else "fair") if is_content else "bad"
        return {**stars, "comment": pick.choice(comments[kind])}

    def _rework(self, draft: Draft, fate: Fate) -> Plan:
        at = self._at_desk(fate.pick, draft.last_at, 2, 40)
        reason = fate.pick.choice(self.words.texts["reworks"])
        return Plan(at, VerbName.REWORK, self._centre(draft, fate.pick, Role.SUPERVISOR), {"reason": reason})

    def _handler(self, draft: Draft) -> Actor:
        return self.ledger.cast.handler(draft.case["department_id"])

    def _centre(self, draft: Draft, pick: Random, role: Role) -> Actor:
        """An officer of the nearest centres who may see the case; its unit where the province's may not (回避)."""
        if draft.is_recused:
            return self._handler(draft)
        case, cast = draft.case, self.ledger.cast
        near = (cast.county_admin(case["region_code"]), cast.city_admin(self.cities[case["region_code"]]))
        for actor in near:
            is_able = actor and actor.department_id != case["respondent_department_id"]
            if actor and is_able and pick.random() < 0.45:
                return actor
        return cast.province(role)

    # --- time ----------------------------------------------------------------------------------------------------

    def _filed_at(self, pick: Random, serial: int) -> datetime:
        """When a case comes in: spread over the span, denser towards the end, mostly on working days."""
        moment = self.now - timedelta(days=self._days_ago((serial - pick.random()) / self.total))
        day = moment.astimezone(CHINA).date()
        if pick.random() < 0.65:
            day = self.ledger.books.calendar.next_working(day)
        filed_at = _at(day, pick.choice((8, 9, 9, 10, 10, 11, 13, 14, 15, 15, 16, 17, 19, 20)), pick)
        latest = self.now - timedelta(minutes=pick.randrange(10, 1500))
        return min(filed_at, latest.replace(microsecond=0))

    def _days_ago(self, share: float) -> float:
        """The share of all cases filed before then; of 300, two dozen come in the last week."""
        week = max(_LAST_WEEKS / SPAN * 1.5, min(0.08, 24 / self.total))
        knots = ((0.0, SPAN), (1 - week - 0.2, _RECENT), (1 - week, _LAST_WEEKS), (1.0, 0))
        (low, old), (high, new) = next((a, b) for a, b in pairwise(knots) if share <= b[0])
        return old - (share - low) / (high - low) * (old - new)

    def _at_desk(self, pick: Random, after: datetime, low: float, high: float) -> datetime:
        """Some hours later, in office hours of a working day."""
        local = (after + timedelta(hours=pick.uniform(low, high))).astimezone(CHINA)
        day, calendar = local.date(), self.ledger.books.calendar
        if calendar.is_working(day) and 9 <= local.hour < 18:
            return local.astimezone(UTC).replace(microsecond=0)
        if local.hour >= 18:
            day += timedelta(days=1)
        return _at(calendar.next_working(day), pick.choice((9, 9, 10, 11)), pick)

    def _awake(self, pick: Random, moment: datetime) -> datetime:
        local = moment.astimezone(CHINA)
        if 8 <= local.hour < 22:
            return moment.replace(microsecond=0)
        day = local.date() + timedelta(days=1 if local.hour >= 22 else 0)
        return _at(day, 8, pick)


_STARS = ("speed", "result", "manner")
_GOOD = {"very_satisfied": 55, "satisfied": 35, "fairly_satisfied": 10}
_BAD = {"dissatisfied": 70, "very_dissatisfied": 30}


def _at(day: date, hour: int, pick: Random) -> datetime:
    clock = time(hour, pick.randrange(60), pick.randrange(60))
    return datetime.combine(day, clock, CHINA).astimezone(UTC)

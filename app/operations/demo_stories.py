"""What happens to a made-up case: when it comes in, who does what when, and how it ends. The same in every run."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from app.domain.access import Actor, Role, complainant
from app.domain.lifecycle import AssignmentStatus, Status, VerbName
from app.operations.demo_draft import Draft
from app.operations.demo_fate import Fate, decided
from app.operations.demo_filing import file
from app.operations.demo_hours import Hours
from app.operations.demo_ledger import Ledger
from app.operations.demo_texts import Words


class Plan(NamedTuple):
    """The next act: when, what, by whom, with which facts."""

    at: datetime
    verb: VerbName
    actor: Actor
    facts: dict[str, Any]


class Stories:
    """Tells cases by their serial number, 1 to `total`, in the order of their filing."""

    def __init__(self, ledger: Ledger, words: Words, now: datetime, total: int) -> None:
        """Stories end at `now`. Every city has an administrator from the beginning."""
        self.ledger, self.words, self.now, self.total = ledger, words, now, total
        self.hours = Hours(ledger.books.calendar, now, total)
        self.cities = {code: place.city_code for code, place in words.places.items()}
        for city in dict.fromkeys(self.cities.values()):
            ledger.cast.city_admin(city)

    def batch(self, first: int, last: int) -> list[Draft]:
        """The cases from one serial number to another, both included."""
        begun = [self._begin(serial) for serial in range(first, last + 1)]
        return [self._tell(*each) for each in sorted(begun, key=lambda each: each[:2])]

    def _begin(self, serial: int) -> tuple[datetime, int, Random]:
        pick = Random(f"huiyin {serial}")  # noqa: S311 - made-up cases
        return self.hours.filed_at(pick, serial), serial, pick

    def _tell(self, filed_at: datetime, serial: int, pick: Random) -> Draft:
        is_fresh = serial > self.total * 0.97
        is_classified = pick.random() < (0.7 if is_fresh else 0.88)
        scene = self.words.scene(pick, serial)
        filing = self.words.filing(pick, scene, serial, filed_at, is_classified=is_classified)
        role = _BY_CHANNEL.get(filing.channel, Role.INTAKE)
        is_own = filing.channel in ("online", "mobile")
        actor = complainant(0) if is_own else self.ledger.cast.province(role)
        draft = file(self.ledger, filing, actor, filed_at)
        story = decided(pick, scene, serial, self.total)
        story.hold = draft.status if is_fresh and not is_classified else story.hold
        self._live(draft, story)
        return draft

    def _live(self, draft: Draft, fate: Fate) -> None:
        """Act after act, the clock's steps between them, until the story or the time is over."""
        while not fate.is_held(draft) and (plan := self._next(draft, fate)) and plan.at <= self.now:
            before = draft.status
            self.ledger.run_clock(draft, plan.at)
            if draft.status is before:  # otherwise the clock was first: think again
                self.ledger.perform(draft, plan.verb, plan.actor, plan.at, **plan.facts)
        self.ledger.run_clock(draft, self.now)

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
        at = self.hours.at_desk(fate.pick, draft.last_at, fate.pace.accept)
        actor = self.ledger.cast.province(Role.INTAKE)
        return Plan(at, VerbName.CLASSIFY, actor, {"matter_code": fate.matter_code})

    def _decide(self, draft: Draft, fate: Fate) -> Plan:
        at = self.hours.at_desk(fate.pick, draft.last_at, fate.pace.accept)
        if fate.is_refused and not draft.is_recused:
            code = fate.pick.choice(list(self.words.texts["rejections"]))
            facts = {"reason_code": code, "reason": fate.pick.choice(self.words.texts["rejections"][code])}
            return Plan(at, VerbName.REJECT, self.ledger.cast.province(Role.INTAKE), facts)
        note = fate.pick.choice(self.words.texts["notes"]["accept"])
        return Plan(at, VerbName.ACCEPT, self._centre(draft, fate.pick, Role.INTAKE), {"note": note})

    def _assign(self, draft: Draft, fate: Fate) -> Plan:
        if draft.case["department_id"] is None:
            return self._classify(draft, fate)
        at = self.hours.at_desk(fate.pick, draft.last_at, fate.pace.assign)
        note = fate.pick.choice(self.words.texts["notes"]["assign"])
        return Plan(at, VerbName.ASSIGN, self._centre(draft, fate.pick, Role.DISPATCHER), {"note": note})

    def _sign_for(self, draft: Draft, fate: Fate) -> Plan:
        at = self.hours.at_desk(fate.pick, draft.case["assigned_at"], fate.pace.sign_for)
        return Plan(at, VerbName.SIGN_FOR, self._handler(draft), {})

    def _investigate(self, draft: Draft, fate: Fate) -> Plan:
        """A co-handler may sign too, the supervisor may remind, then the lead unit reports."""
        if fate.co_signs and (helper := self._helper(draft)):
            return Plan(self.hours.at_desk(fate.pick, draft.last_at, (2, 20)), VerbName.SIGN_FOR, helper, {})
        if fate.is_reminded and not draft.is_recused:
            fate.is_reminded = False
            note = fate.pick.choice(self.words.texts["notes"]["remind"])
            at = self.hours.at_desk(fate.pick, draft.last_at, (60, 200))
            return Plan(at, VerbName.REMIND, self.ledger.cast.province(Role.SUPERVISOR), {"note": note})
        begun = max(timer.row["started_at"] for timer in draft.timers)
        at = self.hours.at_desk(fate.pick, begun, fate.pace.rework if draft.round else fate.pace.report)
        kinds = {"solved": 58, "partly_solved": 12, "plan_agreed": 12, "explained": 13, "moved": 3, "other": 2}
        kind = self.words.any_of(fate.pick, kinds)
        facts = {"close_type": kind, **fate.pick.choice(self.words.texts["closings"][kind])}
        if at <= draft.last_at:
            at = self.hours.at_desk(fate.pick, draft.last_at, (1, 8))
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
        at = self.hours.at_desk(fate.pick, draft.last_at, fate.pace.close)
        return Plan(at, VerbName.CLOSE, self._centre(draft, fate.pick, Role.SUPERVISOR), {"note": None})

    def _call(self, draft: Draft, fate: Fate) -> Plan:
        pick, texts = fate.pick, self.words.texts["calls"]
        said, note = None, "no_phone"
        if draft.phone and pick.random() < 0.1:
            note = "unreached"
        elif draft.phone:
            said = note = self.words.any_of(pick, _GOOD if pick.random() < fate.pace.content else _BAD)
        facts = {"is_reached": said is not None, "satisfaction": said, "note": pick.choice(texts[note])}
        at = self.hours.at_desk(pick, draft.last_at, fate.pace.call)
        return Plan(at, VerbName.FOLLOW_UP, self._centre(draft, pick, Role.CALLER), facts)

    def _listen(self, draft: Draft, fate: Fate) -> Plan | None:
        """A rating comes or not; a bad first one is answered by a rework."""
        rating = draft.ratings[-1]
        if rating["submitted_at"]:
            return None if rating["is_satisfied"] or draft.round else self._rework(draft, fate)
        if not draft.phone or fate.pick.random() > 0.45:
            return None
        at = self.hours.awake(fate.pick, draft.last_at, (1, 240))
        return Plan(at, VerbName.EVALUATE, complainant(0), self._stars(fate))

    def _stars(self, fate: Fate) -> dict[str, Any]:
        pick, comments = fate.pick, self.words.texts["comments"]
        is_content = pick.random() < fate.pace.content - 0.06
        stars = {name: pick.choice((3, 4, 4, 5, 5, 5) if is_content else (1, 1, 2)) for name in _STARS}
        kind = ("good" if sum(stars.values()) > 11 else "fair") if is_content else "bad"
        return {**stars, "comment": pick.choice(comments[kind])}

    def _rework(self, draft: Draft, fate: Fate) -> Plan:
        at = self.hours.at_desk(fate.pick, draft.last_at, (2, 40))
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


_BY_CHANNEL = {"window": Role.WINDOW, "hotline": Role.API_CLIENT}
_STARS = ("speed", "result", "manner")
_GOOD = {"very_satisfied": 55, "satisfied": 35, "fairly_satisfied": 10}
_BAD = {"dissatisfied": 70, "very_dissatisfied": 30}

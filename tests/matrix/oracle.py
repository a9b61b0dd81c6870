"""What the answers should be, worked out in plain Python from `domain/access.py` and the declared rights.

Nothing here asks the doors, the row guard or the database: were they wrong, this would not be wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from app.admin import permission_lines
from app.domain.access import CALLING, CENTRE, Role, Scope, scope_of
from app.domain.lifecycle import VERBS
from app.fab.permissions import Line, permission_table
from app.resources import ALL
from tests.architecture import routes
from tests.matrix.world import Planted, Seat, World

NOBODY = frozenset[str]()
MASK = "****"


@cache
def granted() -> frozenset[Line]:
    """Every (role, permission, view) that the declarations give."""
    return frozenset(permission_table(ALL, {verb.name: verb.roles for verb in VERBS.values()}, permission_lines()))


def may(who: Seat, endpoint: str) -> bool:
    """Whether this seat may open a route at all."""
    needed = routes.access_of(endpoint)
    if isinstance(needed, str):
        return needed in ("public", "otherwise")
    return who.role is not None and (who.role.value, *needed) in granted()


def may_do(who: Seat, verb: str) -> bool:
    """Whether this seat has the permission of a verb."""
    return who.role is not None and (who.role.value, f"can_{verb}", "Case") in granted()


def may_read(who: Seat, noun: str) -> bool:
    """Whether this seat may read a noun."""
    return who.role in routes.NOUNS[noun].rights["read"]


def scope(who: Seat) -> Scope:
    """The kind of scope of a seat."""
    return scope_of(frozenset({who.role}) if who.role else frozenset(), who.level)


def sees(world: World, who: Seat, case: Planted) -> bool:
    """Whether a seat may see a case: the table of docs/security.md, in words of Python."""
    kind = scope(who)
    if kind is Scope.FILED:
        return case.filed_by == who.user_id
    if kind is Scope.NOTHING or case.respondent == who.at:
        return False
    if kind is Scope.CITY:
        return who.region in (case.region, world.regions[case.region])
    return {
        Scope.PROVINCE: True,
        Scope.COUNTY: case.region == who.region,
        Scope.UNIT: who.at in case.shares,
    }[kind]


def relation(world: World, who: Seat, case: Planted) -> str:
    """What a case is to a seat: own, or the reason why it is not."""
    if sees(world, who, case):
        return "own"
    if case.respondent == who.at:
        return "respondent's side"
    return "another level's" if who.region and case.region[:4] == who.region[:4] != case.region else "another's"


def _is_inside(who: Seat) -> bool:
    return scope(who) not in (Scope.FILED, Scope.NOTHING)


def _knows_complainant(who: Seat, case: Planted) -> bool:
    return not (case.is_confidential and scope(who) is Scope.UNIT)


def may_ask(who: Seat, case: Planted) -> bool:
    """Whether a seat may open the complainant's phone for a reason (nobody is anonymous here)."""
    return who.role in CALLING and _knows_complainant(who, case)


def opens(who: Seat, case: Planted, kind: str) -> bool:
    """Evidence in sight: a mere filer does not see what officers gave, a unit not what may show who complains."""
    given = case.rows["attachments"][("photo", "scan").index(kind) :][:1]
    is_from_officer = bool(given) and given[0]["source"] == "officer"
    if not _is_inside(who):
        return not is_from_officer
    return is_from_officer or _knows_complainant(who, case)


def _is_original(who: Seat) -> bool:
    return not (scope(who) is Scope.UNIT or who.role is Role.API_CLIENT)


def shows(world: World, who: Seat, case: Planted, kind: str) -> bool:
    """Whether a planted text may occur in anything that a seat is answered."""
    if kind in ("phone", "name", "org") or not sees(world, who, case):
        return False
    if kind == "said_phone":
        return _is_original(who)
    if kind in ("photo", "scan"):
        return opens(who, case, kind)
    if kind in ("comment", "words"):
        return who.role in CENTRE if kind == "comment" else may_read(who, "Unmasking")
    return _is_inside(who) or kind not in ("wanted", "result", "called", "closing", "measure", "supplied")


def hidden(world: World, who: Seat) -> Iterator[tuple[str, str]]:
    """(text, what it is) of everything that no answer to this seat may hold."""
    for case in world.cases:
        for kind, text in case.texts.items():
            if not shows(world, who, case, kind):
                yield text, f"{kind} of {case.key} ({relation(world, who, case)})"
        if not (sees(world, who, case) and _knows_complainant(who, case)):
            yield masked(case), f"masked phone of {case.key}"
        if not _is_inside(who):
            yield from _names(case, who)
        if not sees(world, who, case):
            yield f'/admin/cases/show/{case.id}"', f"link to {case.key}"
            yield case.rows["cases"][0]["head_hash"], f"head of {case.key}"
    yield from ((text, f"text for readers of {of}") for text, of in world.texts.items() if not _reads_one(who, of))


def _reads_one(who: Seat, nouns: tuple[str, ...]) -> bool:
    return any(may_read(who, noun) for noun in nouns)


def _names(case: Planted, who: Seat) -> Iterator[tuple[str, str]]:
    """Who did what is for those inside."""
    for name in {row["actor_name"] for row in case.rows["case_events"] if row["actor_kind"] == "officer"}:
        if name != f"{who.role}@{who.at}":
            yield name, f"name of an officer in {case.key}"


def masked(case: Planted) -> str:
    """The complainant's phone as masked (the outbox masks alike)."""
    phone = case.texts["phone"]
    return f"{phone[:3]}{MASK}{phone[-4:]}"


def shown(world: World, who: Seat) -> dict[str, str]:
    """(text -> what it is) of what a seat may see, and thus should meet on its way."""
    of_cases = {
        text: f"{kind} of {case.key}"
        for case in world.cases
        for kind, text in case.texts.items()
        if shows(world, who, case, kind)
    }
    return of_cases | {text: str(nouns) for text, nouns in world.texts.items() if _reads_one(who, nouns)}


def rows_of(world: World, who: Seat, table: str) -> list[dict[str, Any]]:
    """The rows of a table that hang on cases in sight."""
    return [row for case in world.cases if sees(world, who, case) for row in case.rows[table]]

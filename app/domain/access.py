"""Who may see what: roles, actors and the kind of row scope an actor has. Deny by default.

`models/scope.py` turns the kind decided here into SQL, once, for every read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Roles shipped (names are those of the role rows), and the pseudo roles of actors that are no users."""

    PLATFORM_ADMIN = "platform_admin"
    CITY_ADMIN = "city_admin"
    COUNTY_ADMIN = "county_admin"
    INTAKE = "intake"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    UNIT_LEADER = "unit_leader"
    SUPERVISOR = "supervisor"
    CALLER = "caller"
    WINDOW = "window"
    LEADER_VIEW = "leader_view"
    AUDITOR = "auditor"
    SECURITY_ADMIN = "security_admin"
    API_CLIENT = "api_client"
    COMPLAINANT = "complainant"
    CLOCK = "clock"
    SYSTEM = "system"


ADMINS = frozenset({Role.PLATFORM_ADMIN, Role.CITY_ADMIN, Role.COUNTY_ADMIN})
CENTRE = ADMINS | {
    Role.INTAKE,
    Role.DISPATCHER,
    Role.SUPERVISOR,
    Role.CALLER,
    Role.LEADER_VIEW,
    Role.AUDITOR,
}
UNIT = frozenset({Role.HANDLER, Role.UNIT_LEADER})
FILERS = frozenset({Role.WINDOW, Role.API_CLIENT})
PSEUDO = frozenset({Role.COMPLAINANT, Role.CLOCK, Role.SYSTEM})
SHIPPED = frozenset(Role) - PSEUDO


class Scope(StrEnum):
    """Kinds of row scope. `NOTHING` is what an unknown combination gets."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    UNIT = "unit"
    FILED = "filed"
    COMPLAINANT = "complainant"
    SYSTEM = "system"
    NOTHING = "nothing"


_BY_LEVEL = {"province": Scope.PROVINCE, "city": Scope.CITY, "county": Scope.COUNTY, "zone": Scope.COUNTY}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody (or something) that acts. Ids that do not apply are 0: no row has it, comparisons stay false."""

    scope: Scope
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    user_id: int = 0
    department_id: int = 0
    department_code: str = ""
    region_code: str = ""
    level: str = ""
    case_id: int = 0

    @property
    def kind(self) -> str:
        """The word kept in the timeline: officer, client, complainant, clock or system."""
        if self.roles & PSEUDO:
            return next(iter(sorted(self.roles & PSEUDO))).value
        return "client" if Role.API_CLIENT in self.roles else "officer"

    @property
    def region_lo(self) -> str:
        """First code of the region's range: an index aid only, the tree follows parent_code."""
        return self.region_code[:4] if self.region_code.endswith("00") else self.region_code

    @property
    def region_hi(self) -> str:
        """First code after the region's range (half open)."""
        return str(int(self.region_lo) + 1) if self.region_lo else ""


SYSTEM = Actor(Scope.SYSTEM, "system", frozenset({Role.SYSTEM}))
CLOCK = Actor(Scope.SYSTEM, "clock", frozenset({Role.CLOCK}))


def complainant(case_id: int) -> Actor:
    """The complainant of one case, known by query code or rating token: sees that case and nothing else."""
    return Actor(Scope.COMPLAINANT, "complainant", frozenset({Role.COMPLAINANT}), case_id=case_id)


def scope_of(roles: frozenset[Role], level: str) -> Scope:
    """The widest scope these roles give in a unit at this level of government."""
    if roles & CENTRE:
        return _BY_LEVEL.get(level, Scope.NOTHING)
    if roles & UNIT:
        return Scope.UNIT
    return Scope.FILED if roles & FILERS else Scope.NOTHING


class Relation(StrEnum):
    """How somebody stands to one case. Which cases are in scope at all, the row guard has decided before."""

    SYSTEM = "system"
    SELF = "self"
    CENTRE = "centre"
    UNIT = "unit"
    FILER = "filer"
    RESPONDENT = "respondent"
    NONE = "none"


class Part(StrEnum):
    """Parts of a case that not everybody sees who sees its row. INSIDE: notes, inner report, route, who acted."""

    NAME = "name"
    PHONE = "phone"
    INSIDE = "inside"


class Seen(StrEnum):
    """How much of a part is shown. ON_REASON: masked, and in the clear to whoever states a reason."""

    HIDDEN = "hidden"
    MASKED = "masked"
    ON_REASON = "on_reason"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ties:
    """What of a case decides on field rights; the defaults are the ones that show least."""

    is_confidential: bool = True
    is_anonymous: bool = True
    filed_by_id: int = 0
    respondent_department_id: int = 0


_BY_SCOPE = {
    Scope.SYSTEM: Relation.SYSTEM,
    Scope.COMPLAINANT: Relation.SELF,
    Scope.UNIT: Relation.UNIT,
    Scope.FILED: Relation.FILER,
    Scope.NOTHING: Relation.NONE,
}
_INSIDERS = frozenset({Relation.SYSTEM, Relation.CENTRE, Relation.UNIT})
CALLING = ADMINS | UNIT | {Role.INTAKE, Role.DISPATCHER, Role.SUPERVISOR, Role.CALLER}
"""Who may have to call a complainant back."""


def relation_of(actor: Actor, ties: Ties) -> Relation:
    """How an actor stands to a case: the respondent's side comes before everything that an office may be besides."""
    found = _BY_SCOPE.get(actor.scope, Relation.CENTRE)
    if found in (Relation.SYSTEM, Relation.SELF, Relation.NONE):
        return found
    if actor.department_id and actor.department_id == ties.respondent_department_id:
        return Relation.RESPONDENT
    is_own = actor.user_id > 0 and actor.user_id == ties.filed_by_id
    return Relation.NONE if found is Relation.FILER and not is_own else found


def seen(actor: Actor, part: Part, ties: Ties) -> Seen:
    """The one rule on fields, for every door: how much of this part of a case is shown to this actor.

    The respondent's side sees nothing of the complainant; a unit nothing of one who complains in confidence
    (条例 Art. 78). Names of anonymous complainants are opened to nobody, their phones to the centre only.
    """
    relation = relation_of(actor, ties)
    if part is Part.INSIDE:
        return Seen.OPEN if relation in _INSIDERS else Seen.HIDDEN
    if relation is Relation.SYSTEM:
        return Seen.OPEN
    if relation in (Relation.NONE, Relation.RESPONDENT) or (relation is Relation.UNIT and ties.is_confidential):
        return Seen.HIDDEN
    is_kept = ties.is_anonymous and (part is Part.NAME or relation is Relation.UNIT)
    may_ask = relation in _INSIDERS and bool(actor.roles & CALLING)
    return Seen.ON_REASON if may_ask and not is_kept else Seen.MASKED


def sees_complainant(actor: Actor, ties: Ties) -> bool:
    """Whether even the masked complainant is shown."""
    return seen(actor, Part.PHONE, ties) is not Seen.HIDDEN


def sees_original(actor: Actor, *, is_confidential: bool, is_anonymous: bool, is_always: bool = True) -> bool:
    """Whether title and body are shown as written, not redacted: to the centre, to who typed or wrote them.

    Units and connected systems read the redacted version: always in a confidential or anonymous case, in others
    where `is_always` (HUIYIN_REDACT=always) says so.
    """
    if actor.scope is Scope.UNIT or (actor.scope is Scope.FILED and Role.API_CLIENT in actor.roles):
        return not (is_always or is_confidential or is_anonymous)
    return actor.scope is not Scope.NOTHING

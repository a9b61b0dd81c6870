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


def sees_complainant(actor: Actor, *, is_confidential: bool) -> bool:
    """Whether even the masked complainant is shown: never to a unit in a confidential case (条例 Art. 78)."""
    if actor.scope is Scope.NOTHING:
        return False
    return not (is_confidential and actor.scope is Scope.UNIT)


def sees_original(actor: Actor, *, is_confidential: bool, is_anonymous: bool, is_always: bool = True) -> bool:
    """Whether title and body are shown as written, not redacted: to the centre, to who typed or wrote them.

    Units and connected systems read the redacted version: always in a confidential or anonymous case, in others
    where `is_always` (HUIYIN_REDACT=always) says so.
    """
    if actor.scope is Scope.UNIT or (actor.scope is Scope.FILED and Role.API_CLIENT in actor.roles):
        return not (is_always or is_confidential or is_anonymous)
    return actor.scope is not Scope.NOTHING

"""The books every act consults: calendar, routing directory, policies, matters. Read once, kept until they change.

A stamp row says which edition the database holds; `bump` (in the transaction of each change) makes every
process read anew at its next act.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import selectinload

from app.domain.calendar import Calendar
from app.domain.deadlines import Limit, Step
from app.domain.errors import Invalid
from app.domain.routing import Directory, Place, Rule, Unit
from app.extensions import db
from app.models.department import Department, DepartmentType
from app.models.housekeeping import Counter
from app.models.matter import AcceptanceRule, Matter, MatterCategory
from app.models.policy import CalendarDay, PolicyVersion
from app.models.region import Region

STAMP = "configuration"


@dataclass(frozen=True)
class Policy:
    """One version of the policy book, parsed."""

    id: int
    code: str
    valid_from: date
    content: Mapping[str, Any]

    def ladder(self, kind: str) -> tuple[Step, ...]:
        """Steps before and after the limit."""
        return tuple(
            Step(line["step"], line["offset"], line["verb"], line["audience"])
            for line in self.content["ladders"].get(kind, ())
        )

    @property
    def deemed_clause(self) -> str | None:
        """The clause by which silence counts as acceptance; None where the rule knows nothing of the kind."""
        clause = self.content["timeouts"].get("accept", {}).get("clause")
        return str(clause) if clause else None

    @property
    def needs_province_to_reject(self) -> bool:
        """Whether a refusal needs the provincial authority (豫政办〔2024〕67号)."""
        return self.content.get("refusal_level") == "province"


@dataclass(frozen=True)
class MatterFacts:
    """What an act needs of a matter."""

    id: int
    code: str
    respondent_kind: str
    handle: str
    fields: list[dict[str, Any]]
    is_active: bool


@dataclass(frozen=True)
class Books:
    """One edition of everything, immutable."""

    edition: int
    calendar: Calendar
    directory: Directory
    policies: tuple[Policy, ...]
    matters: Mapping[str, MatterFacts]
    department_ids: Mapping[str, int]
    department_codes: Mapping[int, str]
    department_by_name: Mapping[str, str]
    ended: frozenset[str]
    """Departments that take no more cases."""
    names: Mapping[str, str]
    """Names by code of departments and their types, regions and matters, used or not."""

    def policy_on(self, day: date) -> Policy:
        """The version in force on a day; filings before the first version are under the first."""
        in_force = [policy for policy in self.policies if policy.valid_from <= day]
        return in_force[-1] if in_force else self.policies[0]

    def policy(self, policy_id: int) -> Policy:
        """A version by its row id."""
        return next(policy for policy in self.policies if policy.id == policy_id)

    def matter(self, code: str) -> MatterFacts:
        """A matter in use by its code; raises Invalid."""
        matter = self.matters.get(code)
        if matter is None or not matter.is_active:
            raise Invalid({"matter_code": "There is no such matter."})
        return matter


_NAMED: tuple[Any, ...] = (Department, DepartmentType, Region, Matter)
_shelf: WeakKeyDictionary[Engine, Books] = WeakKeyDictionary()


def books() -> Books:
    """The current edition."""
    edition = _edition()
    kept = _shelf.get(db.engine)
    if kept is None or kept.edition != edition:
        kept = _shelf[db.engine] = _read(edition)
    return kept


def _edition() -> int:
    """The edition that the database holds, read once in a transaction."""
    session = db.session()
    known: tuple[Any, int] | None = session.info.get(STAMP)
    if known is not None and known[0] is not None and known[0] is session.get_transaction():
        return known[1]
    edition = session.scalar(select(Counter.value).where(Counter.name == STAMP)) or 0
    session.info[STAMP] = session.get_transaction(), edition
    return edition


def bump() -> None:
    """Mark the books as changed, in the running transaction. The stamp is random: a roll-back cannot repeat one."""
    stamp = db.session.get(Counter, STAMP) or Counter(name=STAMP)
    stamp.value = secrets.randbits(31)
    db.session.add(stamp)
    db.session().info.pop(STAMP, None)


def _read(edition: int) -> Books:
    departments = _departments()
    return Books(
        edition,
        Calendar({d.day: (d.kind, d.holiday or "") for d in db.session.scalars(select(CalendarDay))}),
        _directory(departments),
        _policies(),
        _matters(),
        {row.code: row.id for row in departments},
        {row.id: row.code for row in departments},
        {name: row.code for row in reversed(departments) for name in (row.short_name, row.name) if name},
        frozenset(row.code for row in departments if not row.is_active),
        {code: name for model in _NAMED for code, name in db.session.execute(select(model.code, model.name))},
    )


def _departments() -> list[Any]:
    columns = (
        Department.id,
        Department.code,
        Department.name,
        Department.short_name,
        Department.region_code,
        Department.is_active,
        DepartmentType.code.label("type_code"),
    )
    return list(db.session.execute(select(*columns).join(DepartmentType).order_by(Department.id)))


def _directory(departments: list[Any]) -> Directory:
    regions = db.session.execute(select(Region.code, Region.level, Region.parent_code)).all()
    rules = select(AcceptanceRule).options(
        selectinload(AcceptanceRule.co_types),
        selectinload(AcceptanceRule.lead_type),
        selectinload(AcceptanceRule.matter),
    )
    return Directory(
        departments={(d.type_code, d.region_code): d.code for d in departments if _accepts(d)},
        units={d.code: Unit(d.type_code, d.region_code) for d in departments},
        regions={row.code: Place(row.level, row.parent_code) for row in regions},
        rules={
            (rule.matter.code, rule.region_level): Rule(rule.lead_type.code, tuple(kind.code for kind in rule.co_types))
            for rule in db.session.scalars(rules)
        },
    )


def _accepts(department: Any) -> bool:
    return bool(department.is_active) and department.type_code != "OTHER"


def _policies() -> tuple[Policy, ...]:
    rows = db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.valid_from))
    return tuple(Policy(row.id, row.code, row.valid_from, row.content) for row in rows)


def _matters() -> dict[str, MatterFacts]:
    rows = db.session.execute(select(Matter, MatterCategory.respondent_kind).join(Matter.category))
    return {
        matter.code: MatterFacts(
            matter.id,
            matter.code,
            kind,
            str(Limit(matter.handle_value, matter.handle_unit)),
            matter.fields,
            matter.is_active,
        )
        for matter, kind in rows
    }

"""What the public may read before filing: matters by category, regions as a tree, a matter's form, the promises.

Plain values only; what is out of use is left out. None of it is scoped: no actor is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.deadlines import Limit, china_day, parse_limit
from app.domain.errors import NotFound
from app.domain.forms import Field, fields_of
from app.extensions import db
from app.models.department import Department
from app.models.matter import Matter, MatterCategory
from app.models.region import Region
from app.operations.books import books


@dataclass(frozen=True)
class MatterLine:
    """A matter that can be complained about."""

    code: str
    name: str
    name_en: str | None
    statutory_text: str | None
    legal_basis: str | None


@dataclass(frozen=True)
class CategoryLine:
    """A category with its matters, in order."""

    code: str
    name: str
    name_en: str | None
    legal_basis: str | None
    matters: tuple[MatterLine, ...]


@dataclass(frozen=True)
class MatterForm:
    """A matter and the fields of its own that a complaint answers."""

    matter: MatterLine
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Place:
    """A region that can be chosen."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Group:
    """A region of the second level with everything below it, itself first; the province stands alone."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Promise:
    """The limits promised to somebody who files now: telling whether it is accepted, and answering."""

    accept: Limit
    handle: Limit


def categories() -> tuple[CategoryLine, ...]:
    """The categories in use with their matters in use; a category without any is left out."""
    matters = select(Matter).where(Matter.is_active).order_by(Matter.position, Matter.code)
    by_category: dict[int, list[MatterLine]] = {}
    for row in db.session.scalars(matters):
        by_category.setdefault(row.category_id, []).append(_line(row))
    heads = select(MatterCategory).where(MatterCategory.is_active)
    heads = heads.order_by(MatterCategory.position, MatterCategory.code)
    return tuple(
        CategoryLine(head.code, head.name, head.name_en, head.legal_basis, tuple(by_category[head.id]))
        for head in db.session.scalars(heads)
        if head.id in by_category
    )


def form_of(code: str) -> MatterForm:
    """A matter in use with its fields. Raises NotFound."""
    row = db.session.scalar(select(Matter).where(Matter.code == code, Matter.is_active))
    if row is None:
        raise NotFound
    return MatterForm(_line(row), fields_of(row.fields or []))


def regions() -> tuple[Group, ...]:
    """Regions in use by their parents (not by their codes): the province, then each city with its counties."""
    query = select(Region.code, Region.name, Region.level, Region.parent_code)
    rows = db.session.execute(query.where(Region.is_active).order_by(Region.code)).all()
    below: dict[str | None, list[Place]] = {}
    for row in rows:
        below.setdefault(row.parent_code, []).append(Place(row.code, row.name, row.level))
    tops = below.get(None, [])
    groups = [Group(top.name, (top,)) for top in tops]
    cities = [city for top in tops for city in below.get(top.code, [])]
    return tuple(groups + [Group(city.name, tuple(_walk(city, below))) for city in cities])


def region_name(code: str) -> str:
    """The region's full name, the city before the county, without the province. Raises NotFound."""
    chain = [code for code in books().directory.climb(code) if code]
    rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(chain))).all()
    names = {row.code: row.name for row in rows}
    if code not in names:
        raise NotFound
    return " ".join(names[each] for each in reversed(chain[:-1] or chain))


def department_names(region_code: str) -> tuple[str, ...]:
    """Names of the departments in use in a region and above it, nearest first: suggestions for a respondent."""
    chain = books().directory.climb(region_code)
    query = select(Department.name, Department.region_code).where(
        Department.is_active, Department.region_code.in_(chain)
    )
    rows = sorted(db.session.execute(query).all(), key=lambda row: (chain.index(row.region_code), row.name))
    return tuple(row.name for row in rows)


def promise(now: datetime) -> Promise | None:
    """The limits in force today; None before any policy is loaded."""
    if not books().policies:
        return None
    limits = books().policy_on(china_day(now)).content["limits"]
    return Promise(parse_limit(limits["accept"]), parse_limit(limits["handle"]))


def _walk(place: Place, below: dict[str | None, list[Place]]) -> Iterable[Place]:
    yield place
    for inner in below.get(place.code, []):
        yield from _walk(inner, below)


def _line(row: Matter) -> MatterLine:
    return MatterLine(row.code, row.name, row.name_en, row.statutory_text, row.legal_basis)

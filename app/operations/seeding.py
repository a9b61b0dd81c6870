"""Seeding: the catalogue and everything it stands on, from files. Safe to run again.

Each part remembers the hash of its files (SeedVersion) and runs only when that changes. Then new rows are added
and rows that nobody has edited are updated; what an administrator changed, made or deleted stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.domain.access import SHIPPED
from app.extensions import db
from app.models.department import Department, DepartmentType
from app.models.housekeeping import SeedVersion
from app.models.matter import AcceptanceRule, Matter, MatterCategory
from app.models.message import MessageTemplate
from app.models.officer import RoleRow
from app.models.policy import CalendarDay, PolicyVersion
from app.models.region import Region
from app.operations import seed_files as files
from app.operations.books import bump
from app.operations.seed_rows import Merged, merge


@dataclass(frozen=True)
class Part:
    """One part of the seeds: its name, the files it comes from, and what writes it."""

    name: str
    files: tuple[str, ...]
    write: Callable[[Path], Merged]


def seed(now: datetime, folder: Path = files.SEEDS) -> list[str]:
    """Write all seeds and commit; the answer is a line for each part, and the types that were skipped."""
    try:
        lines = [_written(part, now, folder) for part in PARTS]
        lines.append(f"roles: {_roles()} added")
        lines += _skipped_line(folder)
        db.session.commit()
        return lines
    except BaseException:
        db.session.rollback()
        raise


def _written(part: Part, now: datetime, folder: Path) -> str:
    hash_ = files.fingerprint(folder, *part.files)
    version = db.session.get(SeedVersion, part.name)
    if version is not None and version.hash == hash_:
        return f"{part.name}: unchanged"
    merged = part.write(folder)
    db.session.merge(SeedVersion(name=part.name, hash=hash_, applied_at=now))
    bump()
    return f"{part.name}: {merged}"


def _ids(model: Any) -> dict[str, int]:
    return dict(db.session.execute(select(model.code, model.id)).all())


def _rules(folder: Path) -> Merged:
    types = {row.code: row for row in db.session.scalars(select(DepartmentType))}
    used = _used_types()
    rows = [
        {
            "matter_id": line["matter_id"],
            "region_level": line["region_level"],
            "lead_type_id": types[line["lead"]].id,
            "co_types": [types[code] for code in line["co"] if code in used],
        }
        for line in files.rules(folder, _ids(Matter))
    ]
    return merge(AcceptanceRule, ("matter_id", "region_level"), rows)


def _used_types() -> set[str]:
    query = select(DepartmentType.code).join(Department, Department.type_id == DepartmentType.id).distinct()
    return set(db.session.scalars(query))


def _skipped_line(folder: Path) -> list[str]:
    """Names the co-handling types that no department has; none of them is in a rule."""
    wanted = {code for line in files.rules(folder, _ids(Matter)) for code in line["co"]}
    names = {line["code"]: line["name"] for line in files.department_types(folder)}
    skipped = sorted(wanted - _used_types())
    if not skipped:
        return []
    listed = ", ".join(f"{code} {names[code]}" for code in skipped)
    return [f"co-handling types skipped, no department has them: {listed}"]


def _roles() -> int:
    """Role rows that are missing; their permissions are written by `run.py upgrade`."""
    there = set(db.session.scalars(select(RoleRow.name)))
    missing = sorted(SHIPPED - there)
    db.session.add_all([RoleRow(name=str(role)) for role in missing])
    return len(missing)


PARTS = (
    Part("regions", ("regions.csv", "zones.csv"), lambda folder: merge(Region, ("code",), files.regions(folder))),
    Part(
        "department types",
        ("catalogue.json",),
        lambda folder: merge(DepartmentType, ("code",), files.department_types(folder)),
    ),
    Part(
        "departments",
        ("departments.csv",),
        lambda folder: merge(Department, ("code",), files.departments(folder, _ids(DepartmentType))),
    ),
    Part(
        "categories",
        ("catalogue.json",),
        lambda folder: merge(MatterCategory, ("code",), files.categories(folder)),
    ),
    Part(
        "matters",
        ("catalogue.json",),
        lambda folder: merge(Matter, ("code",), files.matters(folder, _ids(MatterCategory))),
    ),
    Part("acceptance rules", ("catalogue.json", "departments.csv"), _rules),
    Part(
        "calendar",
        ("calendar.csv",),
        lambda folder: merge(CalendarDay, ("day",), files.calendar_days(folder)),
    ),
    Part("policies", ("policies.json",), lambda folder: merge(PolicyVersion, ("code",), files.policies(folder))),
    Part(
        "message templates",
        ("templates.json",),
        lambda folder: merge(MessageTemplate, ("kind",), files.templates(folder)),
    ),
)

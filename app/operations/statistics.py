"""The figures behind charts and reports: grouped in the database, within the scope of whoever asks.

Rates keep numerator and denominator (`domain.scoring`); "on time" is measured against what was due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Integer, Select, String, case, cast, func, select

from app.domain.calendar import CHINA
from app.domain.errors import Invalid, NotFound
from app.domain.lifecycle import Status
from app.domain.scoring import Rate
from app.extensions import db
from app.models.case import Case
from app.models.deadline import Deadline
from app.models.department import Department
from app.models.feedback import Evaluation
from app.models.matter import Matter, MatterCategory
from app.models.region import Region
from app.operations.books import books

Figures = dict[str, list[Any]]
FILTERS = ("from", "to", "region_code", "category")


def figures(name: str, filters: Mapping[str, str] | None = None) -> Figures:
    """Columns and rows of a statistic. Raises NotFound (no such name) and Invalid (a filter)."""
    statistic = STATISTICS.get(name)
    if statistic is None:
        raise NotFound
    return statistic(_conditions(filters or {}))


def _conditions(filters: Mapping[str, str]) -> list[Any]:
    errors = {name: "There is no such filter." for name in filters if name not in FILTERS}
    found: list[Any] = []
    for name, days in (("from", 0), ("to", 1)):
        if not filters.get(name):
            continue
        try:
            moment = datetime.combine(date.fromisoformat(filters[name]), time(), CHINA) + timedelta(days=days)
            found.append(Case.filed_at < moment if days else Case.filed_at >= moment)
        except (ValueError, OverflowError):
            errors[name] = "Give a date such as 2026-11-24."
    if filters.get("region_code"):
        directory = books().directory
        tree = [code for code in directory.regions if filters["region_code"] in directory.climb(code)]
        found.append(Case.region_code.in_(tree))
    if filters.get("category"):
        matters = select(Matter.id).join(Matter.category).where(MatterCategory.code == filters["category"])
        found.append(Case.matter_id.in_(matters))
    if errors:
        raise Invalid(errors)
    return found


def _month() -> Any:
    """The month of filing in China's time, on either database."""
    if db.engine.dialect.name == "sqlite":
        return func.strftime("%Y-%m", Case.filed_at, "+8 hours", type_=String())
    return func.to_char(func.timezone("Asia/Shanghai", Case.filed_at), "YYYY-MM", type_=String())


def _counted(label: Any, *joins: Any, by_label: bool = False) -> Callable[[list[Any]], Figures]:
    def statistic(conditions: list[Any]) -> Figures:
        name = label() if label is _month else label
        query: Select[Any] = select(name, func.count(Case.id)).select_from(Case)
        for join in joins:
            query = query.outerjoin(join)
        query = query.where(*conditions).group_by(name)
        query = query.order_by(name) if by_label else query.order_by(func.count(Case.id).desc(), name)
        return {"cols": ["label", "count"], "rows": [list(row) for row in db.session.execute(query)]}

    return statistic


def _crossed(label: Any, *joins: Any) -> Callable[[list[Any]], Figures]:
    """Counts by label and month of filing."""

    def statistic(conditions: list[Any]) -> Figures:
        month = _month()
        query: Select[Any] = select(label, month, func.count(Case.id)).select_from(Case)
        for join in joins:
            query = query.outerjoin(join)
        query = query.where(*conditions).group_by(label, month).order_by(label, month)
        return {"cols": ["label", "month", "count"], "rows": [list(row) for row in db.session.execute(query)]}

    return statistic


def _share(
    label: Any, part: Any, whole: Any, source: Callable[[Select[Any]], Select[Any]]
) -> Callable[[list[Any]], Figures]:
    """Rates by label: `part` and `whole` are conditions, counted over the rows that `source` selects."""

    def statistic(conditions: list[Any]) -> Figures:
        ones = [func.sum(cast(case((condition, 1), else_=0), Integer)) for condition in (part, whole)]
        name = label() if label is _month else label
        query = source(select(name, *ones)).where(*conditions).group_by(name).order_by(name)
        return {
            "cols": ["label", "numerator", "denominator", "percent"],
            "rows": _rates(db.session.execute(query).all()),
        }

    return statistic


def _rates(rows: Sequence[Any]) -> list[Any]:
    found = []
    for label, numerator, denominator in rows:
        rate = Rate(numerator, denominator)
        if rate.percent is not None:
            found.append([label, numerator, denominator, float(rate.percent)])
    return found


def _cases(query: Select[Any]) -> Select[Any]:
    return query.select_from(Case).join(Department, Department.id == Case.department_id)


def _deadlines(kind: str) -> Callable[[Select[Any]], Select[Any]]:
    def source(query: Select[Any]) -> Select[Any]:
        joined = query.select_from(Deadline).join(Case, Case.id == Deadline.case_id)
        return joined.join(Department, Department.id == Case.department_id).where(Deadline.kind == kind)

    return source


def _evaluations(query: Select[Any]) -> Select[Any]:
    joined = query.select_from(Evaluation).join(Case, Case.id == Evaluation.case_id)
    return joined.join(Department, Department.id == Case.department_id).where(Evaluation.submitted_at.is_not(None))


_IN_TIME = Deadline.met_at.is_not(None) & (Deadline.met_at <= Deadline.due_at)
_IS_DUE = Deadline.met_at.is_not(None) | Deadline.overdue_at.is_not(None)
_ENDED = Case.accepted_at.is_not(None) & Case.status.in_((Status.CLOSED, Status.WITHDRAWN))
_UNIT = Department.name
STATISTICS: Mapping[str, Callable[[list[Any]], Figures]] = {
    "cases_by_matter": _counted(Matter.name, Case.matter),
    "cases_by_category": _counted(MatterCategory.name, Case.matter, Matter.category),
    "cases_by_department": _counted(Department.name, Case.department),
    "cases_by_month": _counted(_month, by_label=True),
    "cases_by_category_and_month": _crossed(MatterCategory.name, Case.matter, Matter.category),
    "cases_by_region": _counted(Region.name, Case.region),
    "cases_by_status": _counted(Case.status),
    "cases_by_channel": _counted(Case.channel),
    "completion": _share(_UNIT, _ENDED, Case.accepted_at.is_not(None), _cases),
    "on_time": _share(_UNIT, _IN_TIME, _IS_DUE, _deadlines("handle")),
    "on_time_acceptance": _share(_UNIT, _IN_TIME, _IS_DUE, _deadlines("accept")),
    "satisfaction": _share(_UNIT, Evaluation.is_satisfied.is_(True), Evaluation.id > 0, _evaluations),
    "satisfaction_by_month": _share(_month, Evaluation.is_satisfied.is_(True), Evaluation.id > 0, _evaluations),
    "overdue_by_department": _share(_UNIT, Deadline.overdue_at.is_not(None), _IS_DUE, _deadlines("handle")),
}

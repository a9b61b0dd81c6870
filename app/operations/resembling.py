"""Cases that look like the one about to be filed, within the clerk's own scope, each with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from app.domain.similarity import ALIKE, grams, similarity
from app.extensions import db
from app.models.case import Case, Complainant, Respondent
from app.operations.books import books
from app.operations.filing import Filing
from app.operations.indexes import phone_index, uscc_index

NEWEST = 200
SHOWN = 10
YEAR = timedelta(days=365)
REASONS = ("phone", "company", "respondent", "text")


@dataclass(frozen=True)
class Likeness:
    """A case that was filed before. `reasons`: phone, company, respondent, text; `percent` of likeness of the text."""

    case_id: int
    number: str
    title: str
    status: str
    filed_at: datetime
    reasons: tuple[str, ...]
    percent: int


def resembling(filing: Filing, now: datetime) -> list[Likeness]:
    """At most ten cases with the same phone, company or respondent, or a similar text; the likeliest first."""
    reasons: dict[int, set[str]] = {}
    cases: dict[int, Case] = {}
    for reason, query in _queries(filing, now):
        for case in db.session.scalars(query.order_by(Case.filed_at.desc(), Case.id.desc()).limit(NEWEST)):
            cases[case.id] = case
            reasons.setdefault(case.id, set()).update({reason} if reason else ())
    mine = grams(f"{filing.title} {filing.body}")
    alike = {key: similarity(mine, grams(f"{case.title} {case.body}")) for key, case in cases.items()}
    for key in (key for key, likeness in alike.items() if likeness >= ALIKE):
        reasons[key].add("text")
    found = [key for key in cases if reasons[key]]
    found.sort(key=lambda key: (-len(reasons[key]), -alike[key], -key))
    return [_likeness(cases[key], reasons[key], alike[key]) for key in found[:SHOWN]]


def _likeness(case: Case, reasons: set[str], alike: float) -> Likeness:
    known = tuple(reason for reason in REASONS if reason in reasons)
    return Likeness(case.id, str(case), case.title, case.status, case.filed_at, known, round(alike * 100))


def _queries(filing: Filing, now: datetime) -> Iterator[tuple[str, Select[Any]]]:
    """A reason and its candidates; the newest of the region have none but their text."""
    who = filing.complainant
    if phone := phone_index(who.phone):
        yield "phone", select(Case).join(Complainant).where(Complainant.phone_index == phone)
    if uscc := uscc_index(who.uscc):
        yield "company", select(Case).join(Complainant).where(Complainant.uscc_index == uscc)
    recent = select(Case).where(Case.region_code == filing.region_code, Case.filed_at >= now - YEAR)
    if name := (filing.respondent.name or "").strip():
        department = books().department_ids.get(books().department_by_name.get(name, ""), -1)
        same = or_(Case.respondent_department_id == department, Respondent.name == name)
        yield "respondent", recent.join(Respondent).where(same)
    yield "", recent

"""Cases read with all that a page shows of them, in four statements instead of twenty a case.

Rows in scope cannot be joined by a loader: the row guard would not see them. They are joined by hand, under an alias
to which it adds its criteria; one row a case, or few, come with the case, the others in a statement for each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.errors import NotFound
from app.extensions import db
from app.models.assignment import Assignment
from app.models.case import Case, Complainant, Respondent
from app.models.deadline import Deadline, Suspension
from app.models.feedback import Evaluation, FollowUp
from app.models.improvement import Improvement

_FEW: dict[str, Any] = {
    "complainant": Complainant,
    "respondent": Respondent,
    "follow_ups": FollowUp,
    "evaluations": Evaluation,
    "improvements": Improvement,
}
"""What comes with the case: one each, or one a round."""
_PLAIN = ("matter", "region", "department", "respondent_department", "policy_version", "form_version")


def whole(case_id: int) -> Case:
    """The case in the actor's scope. Raises NotFound."""
    found = several([case_id])
    if not found:
        raise NotFound
    return found[0]


def several(case_ids: Sequence[int]) -> list[Case]:
    """Those of these few cases that are in the actor's scope, in the order in which they are asked for."""
    query = select(Case).where(Case.id.in_(case_ids)).options(*(joinedload(getattr(Case, name)) for name in _PLAIN))
    for name, model in _FEW.items():
        alias: Any = aliased(model)
        relation = getattr(Case, name)
        query = query.outerjoin(relation.of_type(alias))
        eager = contains_eager(relation.of_type(alias))
        query = query.options(eager.joinedload(alias.department) if hasattr(model, "department") else eager)
    cases = {case.id: case for case in db.session.scalars(query).unique()}
    for name, rows in (("assignments", _shares(case_ids)), ("deadlines", _limits(case_ids))) if cases else ():
        for case in cases.values():
            set_committed_value(case, name, [row for row in rows if row.case_id == case.id])
    return [cases[each] for each in case_ids if each in cases]


def _shares(case_ids: Sequence[int]) -> list[Assignment]:
    query = select(Assignment).where(Assignment.case_id.in_(case_ids)).order_by(Assignment.id)
    return list(db.session.scalars(query.options(joinedload(Assignment.department), joinedload(Assignment.officer))))


def _limits(case_ids: Sequence[int]) -> list[Deadline]:
    still = aliased(Suspension)
    relation: Any = Deadline.suspensions  # a backref
    query = select(Deadline).outerjoin(relation.of_type(still)).where(Deadline.case_id.in_(case_ids))
    query = query.options(contains_eager(relation.of_type(still)), joinedload(Deadline.department))
    return list(db.session.scalars(query.order_by(Deadline.id)).unique())

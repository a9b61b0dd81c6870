"""The row guard: no actor, no rows; a foreign row is not there, by whatever way it is asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased, joinedload

from app.domain.access import SYSTEM, Actor, Role, Scope, complainant
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.assignment import Assignment
from app.models.case import Case, Complainant
from app.models.deadline import Deadline
from app.models.event import CaseEvent
from app.models.feedback import Evaluation
from app.models.region import Region
from app.models.scope import NoActor, OutOfScope, acting, acting_on, scoped_classes, scoped_tables, unscoped
from tests.factories import LEAD, actor, case_in, centre, file, handler

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def foreign():
    """A case of another unit, and a handler who must not see it."""
    case_id = case_in(Status.INVESTIGATING)
    return case_id, handler(at="410300-ZJ")


READS = {
    "get": lambda i: db.session.get(Case, i),
    "query": lambda i: db.session.query(Case).filter_by(id=i).first(),
    "select": lambda i: db.session.scalar(select(Case).where(Case.id == i)),
    "column": lambda i: db.session.scalar(select(Case.title).where(Case.id == i)),
    "count": lambda _: db.session.scalar(select(func.count(Case.id))),
    "query count": lambda _: db.session.query(Case).count(),
    "exists": lambda i: db.session.scalar(select(Region.id).where(select(Case.id).where(Case.id == i).exists())),
    "alias": lambda i: db.session.scalar(select(aliased(Case)).limit(1)),
    "outer join": lambda _: db.session.execute(select(Region.code, Case.id).outerjoin(Case).where(Case.id > 0)).first(),
    "group": lambda _: db.session.execute(select(Case.status, func.count()).group_by(Case.status)).first(),
    "subquery": lambda _: db.session.scalar(select(func.count()).select_from(select(Case.id).subquery())),
    "in": lambda _: db.session.scalar(select(Region.id).where(Region.code.in_(select(Case.region_code)))),
    "child": lambda i: db.session.scalar(select(Complainant).where(Complainant.case_id == i)),
    "child count": lambda _: db.session.scalar(select(func.count(CaseEvent.id))),
    "child join": lambda _: db.session.execute(select(Deadline.id).join(Deadline.case)).first(),
    "grandchild": lambda _: db.session.scalar(select(Assignment).join(Assignment.case)),
}


@pytest.mark.parametrize("way", READS)
def test_a_foreign_row_is_not_there(foreign, way):
    case_id, other = foreign
    db.session.remove()
    with acting(other):
        assert not READS[way](case_id)
    db.session.remove()
    with acting(handler()):
        assert READS[way](case_id)


REFUSED = {
    "core table": lambda: db.session.execute(select(Case.__table__.c.id)),
    "core child table": lambda: db.session.execute(select(Complainant.__table__)),
    "text": lambda: db.session.execute(text("SELECT title FROM cases")),
    "quoted text": lambda: db.session.execute(text('SELECT title FROM "cases"')),
    "comment in text": lambda: db.session.execute(text("SELECT title FROM/**/cases")),
    "from statement": lambda: db.session.scalars(select(Case).from_statement(text("SELECT * FROM cases"))).all(),
    "connection": lambda: db.session.connection().exec_driver_sql("SELECT count(*) FROM cases"),
    "joined load": lambda: db.session.scalars(select(Complainant).options(joinedload(Complainant.case))).all(),
    "bulk update": lambda: db.session.query(Case).update({"title": "x"}),
    "bulk delete": lambda: db.session.query(Deadline).delete(),
    "bulk insert": lambda: db.session.bulk_insert_mappings(Case, [{"title": "x"}]),
    "core update": lambda: db.session.execute(Case.__table__.update().values(title="x")),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_the_guard_cannot_vouch_for_is_refused(foreign, way):
    db.session.remove()
    with acting(foreign[1]), pytest.raises(OutOfScope):
        REFUSED[way]()


def test_a_row_already_in_the_identity_map_is_of_another_session(foreign):
    case_id, other = foreign
    db.session.remove()
    with acting(SYSTEM):
        assert db.session.get(Case, case_id) is not None
    with acting(other), pytest.raises(OutOfScope, match="another actor"):
        db.session.scalars(select(Case)).all()
    db.session.remove()
    with unscoped("a test") as session:
        assert session.get(Case, case_id) is not None
    with acting(other):
        assert db.session.get(Case, case_id) is None


def test_nobody_sees_nothing(foreign):
    db.session.remove()
    for read in (READS["get"], READS["count"], READS["child"]):
        with pytest.raises(NoActor):
            read(foreign[0])
        db.session.rollback()
    assert db.session.scalar(select(func.count(Region.id))) > 100


def test_an_unknown_kind_sees_nothing(foreign):
    db.session.remove()
    with acting(Actor(Scope.NOTHING, "security")):
        assert db.session.scalar(select(func.count(Case.id))) == 0


def test_scoped_rows_are_written_in_acts_only(foreign):
    db.session.remove()
    with acting(handler()):
        case = db.session.get(Case, foreign[0])
        case.title = "changed"
        with pytest.raises(OutOfScope):
            db.session.flush()
        db.session.rollback()
        with pytest.raises(OutOfScope, match="status"):
            case.status = "closed"
        db.session.add(Evaluation(case_id=foreign[0], round=0, token_hash="x"))
        with pytest.raises(OutOfScope):
            db.session.flush()


def test_a_refresh_after_a_hand_over_still_works(foreign):
    db.session.remove()
    with acting(handler()), acting_on():
        case = db.session.get(Case, foreign[0])
        case.reply = "new reply"
        db.session.flush()
        db.session.expire(case)
        assert case.reply == "new reply"


def test_scope_by_level():
    case_id = case_in(Status.INVESTIGATING)
    zone_case = file(region_code="410173").case_id
    seen = {
        "province": (centre(), {case_id, zone_case}),
        "own city": (centre(at="410100-YSHJ"), {case_id}),
        "port zone, a city of its own": (centre(at="410173-YSHJ"), {zone_case}),
        "other city": (centre(at="410300-YSHJ"), set()),
        "own county": (centre(at="410105-YSHJ"), {case_id}),
        "other county": (centre(at="410102-YSHJ"), set()),
        "unit": (handler(at=LEAD), {case_id}),
        "city's unit of the same type": (handler(at="410100-SCJG"), set()),
        "complainant": (complainant(case_id), {case_id}),
        "another complainant": (complainant(0), set()),
        "window": (actor(Role.WINDOW), set()),
    }
    for name, (who, expected) in seen.items():
        db.session.remove()
        with acting(who):
            assert set(db.session.scalars(select(Case.id))) == expected, name


def test_the_unit_complained_about_sees_nothing():
    from app.operations.filing import RespondentFacts

    case_id = file(respondent=RespondentFacts(department_code="410105-YSHJ")).case_id
    for at, sees in (("410105-YSHJ", False), ("410100-YSHJ", True), ("410000-YSHJ", True)):
        db.session.remove()
        with acting(centre(at=at)):
            assert (db.session.get(Case, case_id) is not None) is sees, at


def test_every_table_that_leads_to_a_case_is_guarded():
    from flask_appbuilder import Model

    reach = {"cases"}
    while True:
        more = {
            table.name
            for table in Model.metadata.tables.values()
            if any(key.column.table.name in reach for key in table.foreign_keys)
        }
        if more <= reach:
            break
        reach |= more
    assert reach == set(scoped_tables())
    case, children = scoped_classes()
    assert case is Case
    assert all(hasattr(child, "case_id") for child in children)


def test_each_kind_of_scope_has_its_own_criteria_for_children():
    case_id = case_in(Status.INVESTIGATING)
    for who, count in ((centre(), 3), (handler(), 3), (handler(at="410300-ZJ"), 0), (complainant(case_id), 3)):
        db.session.remove()
        with acting(who):
            assert db.session.scalar(select(func.count(Deadline.id))) == count, who.name


def test_children_of_a_case_about_ones_own_unit_are_not_there_either():
    from app.operations.filing import RespondentFacts

    file(respondent=RespondentFacts(department_code="410000-YSHJ"))
    for who, count in ((centre(), 0), (actor(Role.PLATFORM_ADMIN, at="410000-SCJG"), 1)):
        db.session.remove()
        with acting(who):
            assert db.session.scalar(select(func.count(Deadline.id))) == count

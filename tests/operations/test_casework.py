"""perform(): who may do what when, what it sets in motion, and that exactly one of two racers wins."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import VERBS, AssignmentStatus, Status
from app.extensions import db
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.message import Message
from app.models.scope import acting, acting_on
from app.operations import casework, chain
from app.operations.filing import RespondentFacts
from tests.factories import (
    FORM,
    LEAD,
    NOW,
    SOLVED,
    actor,
    case_in,
    centre,
    do,
    file,
    handler,
    later,
    lead_of,
    officer,
    read,
    status_of,
)

pytestmark = pytest.mark.usefixtures("db")


def events(case_id):
    with acting(SYSTEM):
        rows = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)).all()
        return [(row.verb, row.from_status, row.to_status) for row in rows]


def sent(case_id):
    return [(m.kind, m.audience, m.status) for m in read(case_id).messages]


def clocks_of(case_id):
    return {row.kind for row in read(case_id).deadlines if row.ended_at is None}


@pytest.mark.parametrize(
    ("status", "running"),
    [
        (Status.PENDING_CLASSIFY, {"accept"}),
        (Status.PENDING_ACCEPT, {"accept"}),
        (Status.PENDING_DISPATCH, {"handle"}),
        (Status.PENDING_CONFIRM, {"handle", "sign"}),
        (Status.INVESTIGATING, {"handle"}),
        (Status.PENDING_CLOSE, {"follow_up"}),
        (Status.CLOSED, {"second_look"}),
    ],
)
def test_each_status_has_its_clocks(status, running):
    assert clocks_of(case_in(status)) == running


def test_one_case_from_filing_to_closing():
    officer(Role.HANDLER)
    case_id = case_in(Status.CLOSED)
    assert [verb for verb, _, _ in events(case_id)] == [
        "file",
        "accept",
        "assign",
        "sign_for",
        "report",
        "follow_up",
        "close",
    ]
    told = sent(case_id)
    assert ("received", "complainant", "queued") in told
    assert ("accepted", "complainant", "queued") in told
    assert ("assigned", "unit_officers", "queued") in told
    assert ("rate", "complainant", "queued") in told
    case = read(case_id)
    assert case.case_no.startswith("YS261124")
    assert {share.status for share in case.assignments} == {AssignmentStatus.ENDED}
    assert all(row.met_at and row.ended_at for row in case.deadlines if row.kind != "second_look")


def test_the_chain_verifies_and_shows_every_kind_of_tampering():
    case_id = case_in(Status.CLOSED)
    with acting(SYSTEM):
        case = db.session.get_one(Case, case_id)
        rows = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)).all()
        assert chain.faults(case, rows) == []
        assert chain.faults(case, rows[:-1])
        assert chain.faults(case, rows[1:])
        assert chain.faults(case, [rows[1], rows[0], *rows[2:]])
        with db.session.no_autoflush:
            rows[2].note = "altered"
            assert "altered" in chain.faults(case, rows)[0]
            db.session.rollback()


def test_the_timeline_cannot_be_changed_in_the_database():
    case_id = file().case_id
    for change in (update(CaseEvent).values(note="x"), CaseEvent.__table__.delete()):
        with acting(SYSTEM), acting_on(), db.session.begin_nested() as point:
            with pytest.raises(Exception, match="append-only"):
                db.session.execute(change, execution_options={"synchronize_session": False})
            point.rollback() if point.is_active else None
        db.session.rollback()
    assert len(events(case_id)) == 1


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "file"])
def test_a_stranger_gets_nowhere(verb):
    case_id = case_in(Status.INVESTIGATING)
    with pytest.raises(NotFound):
        do(case_id, verb, handler(at="410300-ZJ"))


def test_the_wrong_role_and_the_wrong_status_are_refused_with_reasons():
    case_id = case_in(Status.PENDING_ACCEPT)
    with pytest.raises(Refused) as refusal:
        do(case_id, "close", actor(Role.INTAKE))
    assert [reason.code for reason in refusal.value.reasons] == ["role", "status"]
    with pytest.raises(Refused):
        do(case_id, "deem_accepted", centre())
    with pytest.raises(NotFound):
        do(case_id, "no_such_verb", centre())


def test_facts_are_asked_for():
    case_id = case_in(Status.INVESTIGATING)
    with pytest.raises(Invalid) as fault:
        do(case_id, "report", handler(), close_type="nonsense", result="short", extra=1)
    assert set(fault.value.fields) == {"close_type", "result", "reply", "extra"}
    assert status_of(case_id) == Status.INVESTIGATING


def test_a_refusal_needs_the_province_since_2024_and_a_written_reason():
    case_id = case_in(Status.PENDING_ACCEPT)
    facts = {"reason_code": "civil_dispute", "reason": "A private dispute between two companies."}
    with pytest.raises(Refused, match="provincial"):
        do(case_id, "reject", centre(at="410105-YSHJ"), **facts)
    with pytest.raises(Invalid):
        do(case_id, "reject", centre(), **{**facts, "reason": "no"})
    do(case_id, "reject", centre(), **facts)
    assert (status_of(case_id), clocks_of(case_id)) == (Status.NOT_ACCEPTED, set())
    assert ("not_accepted", "complainant", "queued") in sent(case_id)


def test_an_old_case_may_be_refused_by_its_county():
    case_id = file(filed_at=NOW.replace(year=2023)).case_id
    do(case_id, "reject", centre(at="410105-YSHJ"), reason_code="unclear", reason="No facts are given at all.")
    assert status_of(case_id) == Status.NOT_ACCEPTED


def test_classifying_routes_and_moves():
    case_id = case_in(Status.PENDING_CLASSIFY)
    assert read(case_id).department is None
    with pytest.raises(Invalid):
        do(case_id, "classify", centre(), matter_code="Z99")
    do(case_id, "classify", centre(), matter_code="A10")
    assert (status_of(case_id), lead_of(case_id)) == (Status.PENDING_ACCEPT, LEAD)
    do(case_id, "classify", centre(), matter_code="A08")
    assert (status_of(case_id), lead_of(case_id)) == (Status.PENDING_ACCEPT, "410105-GX")
    assert read(case_id).route_trace
    do(case_id, "accept", centre())
    do(case_id, "classify", centre(), matter_code="A10")
    case = read(case_id)
    assert (case.status, {d.department_id for d in case.deadlines if d.kind == "handle"}) == (
        Status.PENDING_DISPATCH,
        {case.department_id},
    )


def test_an_unclassified_case_cannot_be_handed_over():
    case_id = case_in(Status.PENDING_CLASSIFY)
    from app.operations import clocks

    with acting(SYSTEM):
        clocks.step_due(later(7))
    assert status_of(case_id) == Status.PENDING_DISPATCH
    with pytest.raises(Invalid, match="not classified"):
        do(case_id, "assign", centre())
    do(case_id, "classify", centre(), matter_code="A10")
    do(case_id, "assign", centre())
    assert status_of(case_id) == Status.PENDING_CONFIRM


def test_handing_over_by_hand():
    case_id = case_in(Status.PENDING_DISPATCH)
    with pytest.raises(Invalid):
        do(case_id, "assign", centre(), department_code="nowhere")
    with pytest.raises(Invalid):
        do(case_id, "assign", centre(), co_department_codes=["nowhere"])
    do(case_id, "assign", centre(), department_code="410105-GX", co_department_codes="410105-CZ，410105-GX")
    shares = {share.department.code: share.is_lead for share in _shares(case_id)}
    assert shares == {"410105-GX": True, "410105-CZ": False}


def _shares(case_id):
    from app.models.assignment import Assignment

    with acting(SYSTEM):
        rows = db.session.scalars(select(Assignment).where(Assignment.case_id == case_id)).all()
        [share.department.code for share in rows]
    return rows


def test_the_department_complained_about_never_handles():
    case_id = file(respondent=RespondentFacts(department_code=LEAD)).case_id
    assert lead_of(case_id) == "410100-SCJG"
    do(case_id, "accept", centre())
    with pytest.raises(Refused, match="complained about"):
        do(case_id, "assign", centre(), department_code=LEAD)
    do(case_id, "assign", centre())
    assert LEAD not in {share.department.code for share in _shares(case_id)}


def test_a_department_under_the_respondent_does_not_handle_either():
    case_id = file(respondent=RespondentFacts(department_code="410100-SCJG"), region_code="410105").case_id
    assert lead_of(case_id) == "410000-SCJG"


def test_co_handlers_sign_for_themselves():
    case_id = case_in(Status.PENDING_CONFIRM)
    co = next(share.department.code for share in _shares(case_id) if not share.is_lead)
    do(case_id, "sign_for", handler(at=co))
    assert status_of(case_id) == Status.PENDING_CONFIRM
    assert "sign" in clocks_of(case_id)
    with pytest.raises(Refused):
        do(case_id, "sign_for", handler(at=co))
    do(case_id, "sign_for", handler())
    assert status_of(case_id) == Status.INVESTIGATING
    with pytest.raises(Refused, match="lead unit"):
        do(case_id, "report", handler(at=co), **SOLVED)


def test_closing_needs_a_call_back():
    case_id = case_in(Status.PENDING_CLOSE)
    with pytest.raises(Refused, match="called back"):
        do(case_id, "close", centre())


def test_somebody_without_a_phone_need_not_be_called():
    from app.operations.filing import ComplainantFacts

    case_id = case_in(Status.PENDING_CLOSE, complainant=ComplainantFacts(is_anonymous=True))
    do(case_id, "close", centre())
    assert ("rate", "complainant", "suppressed") in sent(case_id)


def test_rework_goes_round_again():
    case_id = case_in(Status.CLOSED)
    do(case_id, "rework", centre(), reason="Nothing was paid back after all.")
    assert clocks_of(case_id) == {"handle"}
    handle = next(row for row in read(case_id).deadlines if row.kind == "handle" and row.ended_at is None)
    assert (handle.limit_value, handle.limit_unit) == (10, "working_day")
    do(case_id, "report", handler(), later(2), **SOLVED)
    with pytest.raises(Refused, match="called back"):
        do(case_id, "close", centre(), later(2))
    do(case_id, "follow_up", centre(), later(2), is_reached="yes", satisfaction="satisfied", note="called again")
    do(case_id, "close", centre(), later(3))
    assert {row.round for row in read(case_id).evaluations} == {0, 1}


def test_supervisors_remind_and_escalate_by_hand():
    officer(Role.UNIT_LEADER)
    officer(Role.UNIT_LEADER, at="410100-SCJG")
    officer(Role.HANDLER)
    case_id = case_in(Status.INVESTIGATING)
    do(case_id, "remind", centre(), note="please hurry")
    do(case_id, "escalate", centre())
    do(case_id, "escalate", centre())
    kinds = [(kind, audience) for kind, audience, _ in sent(case_id)]
    assert ("due_soon", "unit_officers") in kinds
    assert ("escalated", "unit_leader") in kinds
    assert ("escalated_up", "superior") in kinds
    assert read(case_id).escalation_level == 2


def test_escalating_what_no_unit_has_yet_goes_to_the_centre():
    officer(Role.PLATFORM_ADMIN, at="410000-YSHJ")
    case_id = case_in(Status.PENDING_ACCEPT)
    do(case_id, "escalate", centre())
    assert ("escalated", "centre_leader", "queued") in sent(case_id)
    unclassified = case_in(Status.PENDING_CLASSIFY)
    do(unclassified, "escalate", centre())


def test_when_the_provincial_centre_is_complained_about_the_unit_acts():
    form = {"misconduct_date": "2026-10-08", "misconduct_desc": "They lost our papers."}
    case_id = file(
        matter_code="E01", form=form, region_code="410000", respondent=RespondentFacts(department_code="410000-YSHJ")
    ).case_id
    with pytest.raises(NotFound):
        do(case_id, "accept", centre())
    lead = lead_of(case_id)
    assert lead == "410000-RMZF"
    unit = handler(at=lead)
    do(case_id, "accept", unit)
    do(case_id, "assign", unit)
    do(case_id, "sign_for", unit)
    do(case_id, "report", unit, **SOLVED)
    do(case_id, "follow_up", unit, note="called", is_reached=True)
    do(case_id, "close", unit)
    ordinary = case_in(Status.PENDING_CLOSE)
    with pytest.raises(Refused, match="Only when the centre"):
        do(ordinary, "follow_up", handler(), note="called")


def test_of_two_racers_exactly_one_wins_and_the_loser_hears_who(monkeypatch):
    case_id = case_in(Status.PENDING_ACCEPT)
    original = casework.carry_out

    def slow(case, *args):
        with acting_on():
            db.session.execute(
                update(Case).where(Case.id == case_id).values(version=Case.version + 1),
                execution_options={"synchronize_session": False},
            )
        return original(case, *args)

    monkeypatch.setattr(casework, "carry_out", slow)
    with pytest.raises(Refused) as refusal:
        do(case_id, "accept", centre())
    assert refusal.value.reasons[0].code == "raced"
    assert "complainant" in str(refusal.value)
    monkeypatch.undo()
    db.session.rollback()


def test_a_race_lost_on_an_unseen_case_names_nobody():
    with acting(centre()):
        assert "Somebody else" in str(casework.raced(10**9))


def test_other_database_errors_are_bugs(monkeypatch):
    case_id = case_in(Status.PENDING_ACCEPT)

    def broken(*_):
        raise IntegrityError("x", {}, Exception("FOREIGN KEY"))

    monkeypatch.setattr(casework, "carry_out", broken)
    with pytest.raises(IntegrityError):
        do(case_id, "accept", centre())


def test_many_at_once_tell_for_each_what_came_of_it():
    good, bad = case_in(Status.PENDING_ACCEPT), case_in(Status.CLOSED)
    who = centre()
    db.session.remove()
    with acting(who):
        results = casework.perform_many([good, bad, 10**9], "accept", who, NOW)
    assert isinstance(results[good], casework.Done)
    assert isinstance(results[bad], Refused)
    assert isinstance(results[10**9], NotFound)


def test_verbs_are_listed_with_their_reasons():
    case_id = case_in(Status.PENDING_ACCEPT)
    who = centre()
    db.session.remove()
    with acting(who):
        found = {verb.name: reasons for verb, reasons in casework.verbs_for(casework.load(case_id), who, NOW)}
    assert found["accept"] == ()
    assert found["close"]
    assert set(found) == set(VERBS)


def test_an_inactive_template_tells_nobody():
    from app.models.message import MessageTemplate

    with acting(SYSTEM):
        db.session.scalars(select(MessageTemplate).where(MessageTemplate.kind == "accepted")).one().is_active = False
        db.session.commit()
    case_id = case_in(Status.PENDING_DISPATCH)
    assert "accepted" not in {kind for kind, _, _ in sent(case_id)}
    with acting(SYSTEM):
        assert db.session.scalar(select(Message.id).where(Message.kind == "received")) is not None
    assert FORM

"""Ways out of the straight line: what they change, which clocks stand still, and who may go them."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.access import SYSTEM, Role, complainant
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import AssignmentStatus, Status
from app.extensions import db
from app.models.scope import acting
from app.operations import clocks, dossier
from app.operations.filing import RespondentFacts
from tests.factories import LEAD, SOLVED, actor, case_in, centre, do, file, handler, later, officer, read, status_of

pytestmark = pytest.mark.usefixtures("db")
REASON = {"reason": "It is a matter for another unit."}
RETURN = {"reason_code": "not_our_duty", "basis": "Art. 12", **REASON}
ADMIN = Role.PLATFORM_ADMIN


def tick(now):
    db.session.remove()
    with acting(SYSTEM):
        counts = clocks.step_due(now)
    db.session.remove()
    return counts


def clock_of(case_id, kind):
    return next(row for row in read(case_id).deadlines if row.kind == kind and row.ended_at is None)


def kinds(case_id):
    return {(m.kind, m.audience) for m in read(case_id).messages}


def test_asking_for_more_stops_the_clock_and_the_answer_lets_it_go_on():
    case_id = case_in(Status.PENDING_ACCEPT)  # Tuesday 24 November; due on Friday 27
    do(case_id, "request_supplement", centre(), what="The contract, please.", days=10)
    assert status_of(case_id) == Status.SUPPLEMENTING
    assert clock_of(case_id, "accept").next_check_at is None
    assert clock_of(case_id, "supplement").due_on == date(2026, 12, 4)
    assert ("supplement", "complainant") in kinds(case_id)
    assert tick(later(5)) == {}
    with pytest.raises(Invalid):
        do(case_id, "supplement", complainant(case_id), later(6))
    do(case_id, "supplement", complainant(case_id), later(6), text="Here it is.")  # Monday 30: 4 workdays later
    accept = clock_of(case_id, "accept")
    assert (status_of(case_id), accept.due_on) == (Status.PENDING_ACCEPT, date(2026, 12, 3))
    db.session.remove()
    with acting(SYSTEM):
        row, lines = dossier.explained(case_id, accept.id)
    assert [line.reason for line in lines].count("suspended") == 6
    assert sum(line.is_counted for line in lines) == 3
    assert (row.due_on, lines[-1].day) == (lines[-1].day, date(2026, 12, 3))


def test_the_complainant_is_reminded_and_then_the_case_goes_on_without():
    case_id = case_in(Status.PENDING_CLASSIFY)
    do(case_id, "request_supplement", centre(), what="The contract, please.", days=10)
    counts = tick(later(12))
    assert (counts["remind"], counts["supplement"]) == (1, 1)
    assert status_of(case_id) == Status.PENDING_CLASSIFY
    supplement = next(row for row in read(case_id).deadlines if row.kind == "supplement")
    assert (supplement.met_at, supplement.ended_at is None) == (None, False)


@pytest.mark.parametrize("days", [0, 31, "many", None])
def test_at_most_thirty_days(days):
    case_id = case_in(Status.PENDING_ACCEPT)
    with pytest.raises(Invalid):
        do(case_id, "request_supplement", centre(), what="The contract, please.", days=days)


def test_a_unit_returns_in_time_with_reason_and_basis():
    officer(Role.DISPATCHER, at="410000-YSHJ")
    case_id = case_in(Status.PENDING_CONFIRM)
    with pytest.raises(Invalid) as fault:
        do(case_id, "return", handler(), reason_code="other")
    assert set(fault.value.fields) == {"reason", "basis"}
    do(case_id, "return", handler(), later(1), **RETURN, suggested_code="410105-GX")
    case = read(case_id)
    assert (case.status, case.department.code) == (Status.PENDING_DISPATCH, "410105-GX")
    assert ("returned", "centre_dispatchers") in kinds(case_id)
    do(case_id, "assign", centre(), later(1))
    assert {share.status for share in read(case_id).assignments if share.is_lead} == {AssignmentStatus.PENDING}


def test_a_return_without_a_suggestion_waits_for_the_dispatcher():
    case_id = case_in(Status.INVESTIGATING)
    with pytest.raises(Invalid):
        do(case_id, "return", handler(), **RETURN, suggested_code="nowhere")
    do(case_id, "return", handler(), **RETURN)
    assert read(case_id).department is None
    with pytest.raises(Invalid):
        do(case_id, "assign", centre())


def test_a_return_too_late_or_by_a_co_handler_or_of_a_designated_case_is_refused():
    case_id = case_in(Status.PENDING_CONFIRM)
    with pytest.raises(Refused, match="is over"):
        do(case_id, "return", handler(), later(3), **RETURN)
    co = next(share.department_id for share in read(case_id).assignments if not share.is_lead)
    with acting(SYSTEM):
        from app.models.department import Department

        code = db.session.get_one(Department, co).code
    with pytest.raises(Refused, match="lead unit"):
        do(case_id, "return", handler(at=code), **RETURN)
    do(case_id, "designate", actor(ADMIN), department_code=LEAD, **REASON)
    with pytest.raises(Refused, match="designated"):
        do(case_id, "return", handler(), **RETURN)


def test_a_transfer_goes_to_another_unit_which_signs_anew():
    case_id = case_in(Status.INVESTIGATING)
    handle = clock_of(case_id, "handle").due_on
    with pytest.raises(NotFound):
        do(case_id, "transfer", handler(at="410300-ZJ"), department_code="410105-GX", **REASON)
    do(case_id, "transfer", centre(), later(1), department_code="410105-GX", **REASON)
    case = read(case_id)
    assert (case.status, case.department.code, case.signed_at) == (Status.PENDING_CONFIRM, "410105-GX", None)
    assert clock_of(case_id, "handle").due_on == handle
    with pytest.raises(Refused):
        do(case_id, "report", handler(), **SOLVED)
    do(case_id, "sign_for", handler(at="410105-GX"))
    do(case_id, "report", handler(at="410105-GX"), **SOLVED)


def test_nothing_is_transferred_to_the_respondent():
    case_id = case_in(Status.INVESTIGATING, respondent=RespondentFacts(department_code="410105-GX"))
    with pytest.raises(Refused, match="complained about"):
        do(case_id, "transfer", centre(), department_code="410105-GX", **REASON)


def test_the_centre_handles_a_case_itself():
    case_id = case_in(Status.PENDING_DISPATCH)
    do(case_id, "handle_directly", centre())
    assert status_of(case_id) == Status.INVESTIGATING
    do(case_id, "report", centre(), **SOLVED)
    assert status_of(case_id) == Status.PENDING_CLOSE


def test_a_complainant_withdraws_and_the_units_stop():
    officer(Role.HANDLER)
    case_id = case_in(Status.INVESTIGATING)
    do(case_id, "withdraw", complainant(case_id), reason="We have come to terms.")
    assert (status_of(case_id), ("withdrawn", "unit_officers") in kinds(case_id)) == (Status.WITHDRAWN, True)
    assert all(row.ended_at for row in read(case_id).deadlines)
    assert tick(later(90)) == {}
    early = file().case_id
    do(early, "withdraw", complainant(early), reason="A mistake.")
    assert "withdrawn" not in {kind for kind, _ in kinds(early)}


def test_a_reported_case_is_not_withdrawn_any_more():
    case_id = case_in(Status.PENDING_CLOSE)
    with pytest.raises(Refused):
        do(case_id, "withdraw", complainant(case_id), reason="Too late.")


def test_a_unit_promises_what_it_changes():
    case_id = case_in(Status.CLOSED)
    facts = {"measure": "The fee was taken off the list.", "check_on": "2026-12-31"}
    for day in ("2026-11-24", "soon"):
        with pytest.raises(Invalid):
            do(case_id, "improve", handler(), **{**facts, "check_on": day})
    do(case_id, "improve", handler(), **facts)
    db.session.remove()
    with acting(SYSTEM):
        from app.models.case import Case

        [row] = db.session.get_one(Case, case_id).improvements
        assert (row.check_on, str(row.department)) == (date(2026, 12, 31), str(row.department))


def test_closed_is_not_solved_a_second_look_follows():
    officer(Role.CALLER, at="410000-YSHJ")
    case_id = case_in(Status.CLOSED)
    assert clock_of(case_id, "second_look").due_on == date(2026, 12, 22)
    assert tick(later(29)) == {"remind": 1}
    assert ("second_look", "complainant") in kinds(case_id)
    assert tick(later(37)) == {"remind": 1}
    assert ("follow_up_due_soon", "centre_callers") in kinds(case_id)
    do(case_id, "follow_up", centre(), later(38), is_reached=True, note="all is well")
    assert {row.kind for row in read(case_id).deadlines if row.ended_at is None} == set()


def test_a_reworked_case_has_its_second_look_later():
    case_id = case_in(Status.CLOSED)
    do(case_id, "rework", centre(), reason="It was not solved at all.")
    assert {row.kind for row in read(case_id).deadlines if row.ended_at is None} == {"handle"}

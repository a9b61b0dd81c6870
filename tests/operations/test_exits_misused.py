"""Ways out, gone twice, too early, by the wrong unit, or with rows from before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role, complainant
from app.domain.errors import Invalid, Refused
from app.domain.lifecycle import AssignmentStatus, Status
from app.extensions import db
from app.models.case import Case
from app.models.department import Department
from app.models.event import CaseEvent
from app.models.scope import acting, acting_on
from app.operations import casework, clocks, dossier, timers
from app.operations.books import bump
from app.operations.filing import ComplainantFacts, RespondentFacts
from tests.factories import (
    CENTRE,
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
    read,
    status_of,
)

pytestmark = pytest.mark.usefixtures("db")
REASON = {"reason": "It is a matter for another unit."}
RETURN = {"reason_code": "not_our_duty", "basis": "Art. 12", **REASON}
OTHER, CO, LEFT = "410105-GX", "410105-SWJ", "410105-CZ"
ASK = {"what": "The contract, please."}


def tick(now):
    db.session.remove()
    with acting(SYSTEM):
        counts = clocks.step_due(now)
    db.session.remove()
    return counts


def clock_of(case_id, kind):
    return next(row for row in read(case_id).deadlines if row.kind == kind)


def shares(case_id):
    case = read(case_id)
    with acting(SYSTEM):
        return {db.session.merge(share, load=False).department.code: share for share in case.assignments}


def explained(case_id):
    """The limit to decide, its days, and the times for which it stood still."""
    accept = clock_of(case_id, "accept").id
    db.session.remove()
    with acting(SYSTEM):
        row, lines = dossier.explained(case_id, accept)
        return row, lines, timers.pauses_of(row)


def change(case_id, **values):
    db.session.remove()
    with acting(SYSTEM), acting_on():
        case = db.session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)
        db.session.commit()
    db.session.remove()


def test_a_unit_that_gets_its_returned_case_again_starts_anew():
    case_id = case_in(Status.INVESTIGATING)
    do(case_id, "return", handler(), **RETURN)
    ended = shares(case_id)[LEAD]
    assert (ended.is_lead, ended.status, ended.ended_at) == (False, AssignmentStatus.ENDED, NOW)
    for verb, facts in (("sign_for", {}), ("report", SOLVED), ("return", RETURN)):
        with pytest.raises(Refused):
            do(case_id, verb, handler(), **facts)
    do(case_id, "assign", centre(), later(1), department_code=LEAD)
    share = shares(case_id)[LEAD]
    assert (share.is_lead, share.status, share.assigned_at) == (True, AssignmentStatus.PENDING, later(1))
    assert (share.signed_at, share.ended_at, share.officer_id) == (None, None, None)
    do(case_id, "sign_for", handler(), later(1))
    do(case_id, "report", handler(), later(1), **SOLVED)


def test_a_co_handler_at_work_goes_on_and_one_that_is_not_named_again_stops():
    case_id = case_in(Status.PENDING_DISPATCH)
    do(case_id, "assign", centre(), co_department_codes=[CO, LEFT])
    do(case_id, "sign_for", handler(at=CO))
    do(case_id, "return", handler(), **RETURN)
    do(case_id, "assign", centre(), later(1), department_code=OTHER, co_department_codes=[CO, OTHER])
    found = {code: (share.is_lead, share.status) for code, share in shares(case_id).items()}
    assert found == {
        LEAD: (False, "ended"),
        OTHER: (True, "pending"),
        CO: (False, "handling"),
        LEFT: (False, "ended"),
    }


def test_a_share_that_ended_keeps_its_time_when_the_case_ends():
    case_id = case_in(Status.INVESTIGATING)
    do(case_id, "transfer", centre(), later(1), department_code=OTHER, **REASON)
    do(case_id, "withdraw", complainant(case_id), later(2), reason="We have come to terms.")
    assert {code: share.ended_at for code, share in shares(case_id).items() if code in (LEAD, OTHER)} == {
        LEAD: later(1),
        OTHER: later(2),
    }


def test_moving_on_or_withdrawing_meets_no_limit():
    case_id = case_in(Status.PENDING_CONFIRM)
    do(case_id, "transfer", centre(), later(1), department_code=OTHER, **REASON)
    signing = [(row.met_at, row.ended_at) for row in read(case_id).deadlines if row.kind == "sign"]
    assert signing == [(None, later(1)), (None, None)]
    do(case_id, "withdraw", complainant(case_id), later(2), reason="We have come to terms.")
    handle = clock_of(case_id, "handle")
    assert (handle.met_at, handle.ended_at) == (None, later(2))


def test_a_transfer_ends_a_designation_and_goes_to_another_unit_only():
    case_id = case_in(Status.PENDING_CONFIRM)
    do(case_id, "designate", actor(Role.PLATFORM_ADMIN), department_code=OTHER, **REASON)
    with pytest.raises(Invalid, match="leads the case"):
        do(case_id, "transfer", centre(), department_code=OTHER, **REASON)
    with pytest.raises(Invalid):
        do(case_id, "transfer", centre(), department_code="nowhere", **REASON)
    do(case_id, "transfer", centre(), department_code=LEAD, **REASON)
    assert not read(case_id).is_designated
    do(case_id, "return", handler(), **RETURN)


def test_a_county_designates_nobody_above_it():
    case_id = case_in(Status.PENDING_DISPATCH)
    county = actor(Role.COUNTY_ADMIN, at="410105-YSHJ")
    with pytest.raises(Refused, match="own area"):
        do(case_id, "designate", county, department_code="410000-FGW", **REASON)
    do(case_id, "designate", county, department_code=OTHER, **REASON)
    assert read(case_id).is_designated


def test_all_supplements_together_have_thirty_days():
    case_id = case_in(Status.PENDING_ACCEPT)
    do(case_id, "request_supplement", centre(), days=20, **ASK)
    with pytest.raises(Refused):
        do(case_id, "request_supplement", centre(), days=1, **ASK)
    do(case_id, "supplement", complainant(case_id), later(18), text="Here it is.")
    with pytest.raises(Refused, match="days for supplements"):
        do(case_id, "request_supplement", centre(), later(18), days=13, **ASK)
    do(case_id, "request_supplement", centre(), later(18), days=12, **ASK)
    do(case_id, "supplement", complainant(case_id), later(19), text="This too.")
    row, lines, pauses = explained(case_id)
    assert (row.due_on, len(pauses)) == (date(2026, 12, 16), 2)
    assert (lines[-1].day, sum(line.is_counted for line in lines)) == (row.due_on, 3)


def test_who_withdraws_while_asked_for_more_is_asked_nothing_any_more():
    case_id = case_in(Status.SUPPLEMENTING)
    do(case_id, "withdraw", complainant(case_id), later(3), reason="We have come to terms.")
    case = read(case_id)
    assert (case.status, case.supplement_request) == (Status.WITHDRAWN, None)
    row, lines, pauses = explained(case_id)
    assert (row.met_at, row.ended_at, row.next_check_at) == (None, later(3), None)
    assert [pause.until for pause in pauses] == [later(3)]
    assert lines[-1].day == row.due_on
    assert tick(later(60)) == {}


def test_a_unit_does_not_read_who_speaks_in_a_supplement():
    who = ComplainantFacts(name="王小明", phone="13812341234")
    case_id = file(complainant=who).case_id
    do(case_id, "request_supplement", centre(), days=10, **ASK)
    text = "我是王小明，电话13812341234"
    do(case_id, "supplement", complainant(case_id), text=text)
    do(case_id, "accept", centre())
    do(case_id, "assign", centre())
    notes = {}
    for by in (centre(), handler()):
        db.session.remove()
        with acting(by):
            file_ = dossier.open_case(case_id, by)
            notes[by.name] = next(event.note for event in file_.events if event.verb == "supplement")
    assert notes[centre().name] == text
    assert [word for word in (who.name, who.phone) if word in notes[handler().name]] == []


def test_a_call_before_its_day_is_not_the_second_look():
    case_id = case_in(Status.CLOSED)
    do(case_id, "follow_up", centre(), later(5), is_reached=True, note="Thanks for asking.")
    assert clock_of(case_id, "second_look").ended_at is None
    do(case_id, "follow_up", centre(), later(28), is_reached=True, note="All is well.")
    assert clock_of(case_id, "second_look").met_at == later(28)


def test_a_closed_case_is_reminded_of_by_the_clock_alone():
    case_id = case_in(Status.CLOSED)
    with pytest.raises(Refused, match="closed"):
        do(case_id, "remind", centre())
    assert tick(later(29)) == {"remind": 1}


def test_a_reworked_case_gets_a_second_look_of_its_own():
    case_id = case_in(Status.CLOSED)
    do(case_id, "rework", centre(), later(30), reason="It was not solved at all.")
    do(case_id, "report", handler(), later(31), **SOLVED)
    do(case_id, "follow_up", centre(), later(31), is_reached=True, note="called")
    do(case_id, "close", centre(), later(31))
    looks = [row for row in read(case_id).deadlines if row.kind == "second_look"]
    assert [row.ended_at is None for row in looks] == [False, True]
    with pytest.raises(Refused):
        do(case_id, "return", handler(), later(31), **RETURN)


def test_a_case_from_before_has_the_limits_its_policy_gives_now():
    case_id = case_in(Status.PENDING_CONFIRM)
    old = {name: limit for name, limit in read(case_id).limits.items() if name in ("accept", "handle", "follow_up")}
    change(case_id, limits=old)
    db.session.remove()
    with acting(handler()):
        case = casework.load(case_id)
        assert casework.facts_of(case, handler(), NOW).may_return
    do(case_id, "sign_for", handler())
    do(case_id, "report", handler(), **SOLVED)
    do(case_id, "follow_up", centre(), is_reached=True, note="called")
    do(case_id, "close", centre())
    assert clock_of(case_id, "second_look").due_on == date(2026, 12, 22)


def test_only_the_lead_acts_for_a_centre_that_is_complained_about_and_it_cannot_return():
    case_id = file(respondent=RespondentFacts(department_code=CENTRE)).case_id
    lead = read(case_id).department.code
    do(case_id, "accept", handler(at=lead))
    do(case_id, "assign", handler(at=lead), department_code=OTHER, co_department_codes=[CO])
    leads = [code for code, share in shares(case_id).items() if share.is_lead]
    assert leads == [OTHER]
    with pytest.raises(Refused, match="acts for the centre"):
        do(case_id, "return", handler(at=OTHER), **RETURN)
    do(case_id, "sign_for", handler(at=OTHER))
    do(case_id, "report", handler(at=OTHER), **SOLVED)
    for other in (lead, CO):
        with pytest.raises(Refused, match="Only when the centre"):
            do(case_id, "follow_up", handler(at=other), is_reached=True, note="called")
    do(case_id, "follow_up", handler(at=OTHER), is_reached=True, note="called")
    do(case_id, "close", handler(at=OTHER))
    assert status_of(case_id) == Status.CLOSED


def test_the_centre_itself_takes_a_case_only_with_a_department_of_its_own():
    case_id = case_in(Status.PENDING_DISPATCH)
    with pytest.raises(Invalid):
        do(case_id, "handle_directly", replace(centre(), department_id=0, department_code=""))
    do(case_id, "handle_directly", centre())
    assert shares(case_id)[CENTRE].status == AssignmentStatus.HANDLING
    assert read(case_id).department.code == CENTRE


def test_events_keep_what_was_told_and_how_it_is_read_outside():
    case_id = case_in(Status.INVESTIGATING)
    do(case_id, "withdraw", complainant(case_id), reason="Call me: 13812341234.")
    db.session.remove()
    with acting(SYSTEM):
        event = db.session.query(CaseEvent).filter_by(case_id=case_id, verb="withdraw").one()
        assert (event.note, "13812341234" in event.facts["redacted"]) == ("Call me: 13812341234.", False)


def test_what_silence_has_decided_is_not_asked_about_or_refused_any_more():
    case_id, reject = file().case_id, {"reason_code": "unclear", "reason": "It is not clear what is meant."}
    for verb, facts in (("request_supplement", {**ASK, "days": 5}), ("reject", reject)):
        with pytest.raises(Refused) as refused:
            do(case_id, verb, centre(), later(9), **facts)
        assert [reason.code for reason in refused.value.reasons] == ["decided_in_time"]
    do(case_id, "accept", centre(), later(9))


def test_a_rule_without_deemed_acceptance_lets_the_centre_decide_late():
    old = NOW.replace(year=2023, month=10)
    case_id = file(old).case_id
    do(case_id, "request_supplement", centre(), later(9), **ASK, days=5)
    assert status_of(case_id) == Status.SUPPLEMENTING


def test_a_department_that_has_ended_takes_no_case():
    case_id = case_in(Status.PENDING_DISPATCH)
    with acting(SYSTEM):
        db.session.scalars(select(Department).where(Department.code == OTHER)).one().is_active = False
        bump()
        db.session.commit()
    with pytest.raises(Invalid, match="department_code"):
        do(case_id, "assign", centre(), department_code=OTHER)
    do(case_id, "assign", centre())

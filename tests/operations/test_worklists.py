"""Work lists: who has which, what is in them, and what runs out first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.access import Actor, Role, Scope
from app.domain.errors import NotFound
from app.domain.lifecycle import ClockKind, Status
from app.extensions import db
from app.models.scope import acting
from app.operations import whole, worklists
from tests.fab.test_permissions import statements
from tests.factories import LEAD, NOW, actor, case_in, centre, do, file, handler, later, read

pytestmark = pytest.mark.usefixtures("db")


def asked(by, act, *args, **options):
    db.session.remove()
    try:
        with acting(by):
            return act(*args, **options)
    finally:
        db.session.remove()


def in_list(name, by, now=NOW):
    _, lines = asked(by, worklists.page, name, by, now)
    return [line.case_id for line in lines]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("to_classify", Status.PENDING_CLASSIFY),
        ("to_accept", Status.PENDING_ACCEPT),
        ("supplementing", Status.SUPPLEMENTING),
        ("to_assign", Status.PENDING_DISPATCH),
        ("to_follow_up", Status.PENDING_CLOSE),
    ],
)
def test_the_centres_lists_go_by_status(name, status):
    cases = {each: case_in(each) for each in (*Status,) if each not in (Status.NOT_ACCEPTED, Status.CLOSED)}
    by = actor(Role.PLATFORM_ADMIN)
    assert in_list(name, by) == [cases[status]]
    assert dict(asked(by, worklists.counts, by, NOW))[name] == 1


def test_a_case_called_back_waits_to_be_closed_until_it_is_reworked():
    case_id = case_in(Status.PENDING_CLOSE)
    do(case_id, "follow_up", centre(), is_reached=True, note="called")
    by = centre()
    assert (in_list("to_follow_up", by), in_list("to_close", by)) == ([], [case_id])
    do(case_id, "rework", centre(), reason="Not what was promised to us.")
    do(case_id, "report", handler(), close_type="solved", result="Done again, now fully.", reply="Done again, fully.")
    assert (in_list("to_follow_up", by), in_list("to_close", by)) == ([case_id], [])


def test_a_unit_has_its_shares_to_sign_for_and_in_hand():
    waiting, taken = case_in(Status.PENDING_CONFIRM), case_in(Status.INVESTIGATING)
    by, other = handler(), handler(at="410300-ZJ")
    assert (in_list("to_sign", by), in_list("in_hand", by)) == ([waiting], [taken])
    assert (in_list("to_sign", other), in_list("in_hand", other)) == ([], [])


def test_a_list_of_another_role_or_none_is_not_there():
    for name in ("to_accept", "nonsense"):
        with pytest.raises(NotFound):
            in_list(name, handler())


def test_due_soon_and_overdue_follow_the_actors_own_limits():
    case_id = case_in(Status.PENDING_CONFIRM)
    by = handler()
    assert (in_list("due_soon", by), in_list("overdue", by)) == ([case_id], [])
    assert (in_list("due_soon", by, later(3)), in_list("overdue", by, later(3))) == ([], [case_id])
    caller, intake = actor(Role.CALLER), actor(Role.INTAKE)
    assert [in_list("overdue", each, later(60)) for each in (caller, intake)] == [[], []]
    assert in_list("overdue", actor(Role.LEADER_VIEW), later(60)) == [case_id]


def test_a_clock_that_stands_still_makes_nobody_late():
    case_id = case_in(Status.SUPPLEMENTING)
    by = actor(Role.INTAKE)
    assert (in_list("supplementing", by), in_list("overdue", by, later(30))) == ([case_id], [])
    assert asked(by, worklists.urgent, by, NOW) == []
    _, (line,) = asked(by, worklists.page, "supplementing", by, NOW)
    assert (line.clock, line.days_left) == ("supplement", 8)


def test_what_a_unit_returned_is_shown_until_it_is_assigned_again():
    case_id, fresh = case_in(Status.PENDING_CONFIRM), case_in(Status.PENDING_DISPATCH)
    by, facts = actor(Role.DISPATCHER), {"reason": "It is not for this unit.", "basis": "Art. 12"}
    do(case_id, "return", handler(), reason_code="not_our_duty", **facts)
    assert (in_list("returned", by), set(in_list("to_assign", by))) == ([case_id], {case_id, fresh})
    do(case_id, "assign", centre(), department_code="410105-GX")
    assert in_list("returned", by) == []


def test_a_second_look_waits_for_the_caller_from_its_day_on():
    case_id = case_in(Status.CLOSED)
    by = actor(Role.CALLER)
    assert (in_list("second_look", by, later(27)), in_list("second_look", by, later(28))) == ([], [case_id])
    do(case_id, "follow_up", centre(), later(29), is_reached=True, note="All is well.")
    assert in_list("second_look", by, later(30)) == []


def test_a_co_handler_is_not_reminded_of_the_leads_limit():
    case_id = case_in(Status.PENDING_DISPATCH)
    do(case_id, "assign", centre(), co_department_codes=["410105-SWJ"])
    co = handler(at="410105-SWJ")
    assert (in_list("to_sign", co), in_list("overdue", co, later(60))) == ([case_id], [])
    _, (line,) = asked(co, worklists.page, "to_sign", co, NOW)
    assert (line.due_at, line.days_left, line.clock, line.is_late) == (None, None, None, False)


def test_a_window_sees_what_it_filed_and_is_still_open():
    by = Actor(Scope.FILED, "window", frozenset({Role.WINDOW}))
    assert in_list("filed_open", by) == []
    assert asked(by, worklists.counts, by, NOW) == [("filed_open", 0)]
    assert worklists.clocks_of(by) == frozenset()


def test_the_most_urgent_first_with_days_in_working_days():
    fresh, old = case_in(Status.PENDING_ACCEPT), case_in(Status.PENDING_ACCEPT, later(-10))
    unclassified = file(later(-1), matter_code=None, form={}).case_id
    by = actor(Role.INTAKE)
    lines = asked(by, worklists.urgent, by, NOW)
    assert [line.case_id for line in lines] == [old, unclassified, fresh]
    assert [line.days_left for line in lines] == [-4, 2, 3]
    assert [line.is_late for line in lines] == [True, False, False]
    assert {line.clock for line in lines} == {"accept"}
    assert (lines[1].matter, lines[1].department) == (None, None)
    assert lines[2].department == read(fresh).department.name
    assert len(asked(by, worklists.urgent, by, NOW, 2)) == 2


@pytest.mark.parametrize(
    ("status", "by", "verb"),
    [
        (Status.PENDING_CLASSIFY, centre, "classify"),
        (Status.PENDING_ACCEPT, centre, "accept"),
        (Status.PENDING_DISPATCH, centre, "assign"),
        (Status.PENDING_CONFIRM, handler, "sign_for"),
        (Status.PENDING_CONFIRM, centre, "remind"),
        (Status.INVESTIGATING, handler, "report"),
        (Status.PENDING_CLOSE, centre, "follow_up"),
        (Status.PENDING_ACCEPT, lambda: actor(Role.LEADER_VIEW), None),
    ],
)
def test_each_urgent_case_has_the_verb_that_takes_it_a_step_on(status, by, verb):
    case_in(status)
    (line,) = asked(by(), worklists.urgent, by(), NOW)
    assert line.verb == verb


def test_a_case_called_back_is_closed_next():
    case_id = case_in(Status.PENDING_CLOSE)
    do(case_id, "follow_up", centre(), is_reached=True, note="called")
    by = centre()
    _, (line,) = asked(by, worklists.page, "to_close", by, NOW)
    assert line.verb is None  # a list of one kind of work says what to do by its name
    with acting(by):
        (case,) = whole.several([case_id])
        assert worklists.step(case, by, NOW) == "close"


def test_the_most_urgent_take_few_statements_and_counts_one():
    for _ in range(3):
        case_in(Status.PENDING_ACCEPT)
    by = actor(Role.PLATFORM_ADMIN)
    for act, most in ((worklists.counts, 1), (worklists.urgent, 5)):
        asked(by, act, by, NOW)
        with statements() as seen:
            asked(by, act, by, NOW)
        assert len([sql for sql in seen if sql.startswith("SELECT") and "FROM counters" not in sql]) == most, seen


def test_pages_do_not_overlap():
    cases = [file(NOW + timedelta(minutes=number)).case_id for number in range(5)]
    by = actor(Role.INTAKE)
    pages = [asked(by, worklists.page, "to_accept", by, NOW, number, 2) for number in range(4)]
    assert [total for total, _ in pages] == [5] * 4
    assert [[line.case_id for line in lines] for _, lines in pages] == [cases[:2], cases[2:4], cases[4:], []]


def test_numbers_are_told_within_scope():
    mine, other = case_in(Status.PENDING_CONFIRM), case_in(Status.PENDING_ACCEPT)
    assert asked(handler(), worklists.numbers, [mine, other]) == {mine: read(mine).case_no}
    assert asked(centre(), worklists.numbers, [other]) == {other: read(other).receipt_no}


def test_each_role_has_the_limits_that_are_its_business():
    assert worklists.clocks_of(actor(Role.INTAKE)) == {ClockKind.ACCEPT, ClockKind.SUPPLEMENT}
    assert worklists.clocks_of(actor(Role.INTAKE, Role.CALLER)) == {
        *(ClockKind.ACCEPT, ClockKind.SUPPLEMENT),
        *(ClockKind.FOLLOW_UP, ClockKind.SECOND_LOOK),
    }
    assert worklists.clocks_of(actor(Role.SUPERVISOR)) == set(ClockKind)
    assert worklists.clocks_of(handler(at=LEAD)) == {ClockKind.SIGN, ClockKind.HANDLE}


def test_the_first_limit_of_many_cases_is_the_actors_own():
    accepting, handled, closed = (
        case_in(status) for status in (Status.PENDING_ACCEPT, Status.INVESTIGATING, Status.CLOSED)
    )
    ids = [accepting, handled, closed]
    intake, dispatcher, window = (actor(role) for role in (Role.INTAKE, Role.DISPATCHER, Role.WINDOW))
    assert asked(intake, worklists.first_due, ids, intake).keys() == {accepting}
    assert asked(dispatcher, worklists.first_due, ids, dispatcher).keys() == {handled}
    assert asked(window, worklists.first_due, ids, window) == {}
    due = [row.due_at for row in read(accepting).deadlines if row.ended_at is None]
    assert asked(intake, worklists.first_due, ids, intake)[accepting] == min(due)


def test_the_share_of_ones_unit_in_many_cases():
    ids = [case_in(status) for status in (Status.PENDING_CONFIRM, Status.INVESTIGATING)]
    unit, intake = handler(), actor(Role.INTAKE)
    assert asked(unit, worklists.shares, ids, unit) == {ids[0]: ("pending", True), ids[1]: ("handling", True)}
    assert asked(intake, worklists.shares, ids, intake) == {}

"""What others have done since somebody was last here, within scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.access import Role
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import acting
from app.operations import news
from tests.fab.test_permissions import statements
from tests.factories import CENTRE, LEAD, NOW, actor, case_in, centre, do, handler, later, officer, read

pytestmark = pytest.mark.usefixtures("db")
BEFORE = NOW - timedelta(days=1)


def told(by, since=BEFORE, **options):
    db.session.remove()
    with acting(by):
        return news.since(by, since, **options)


def me(by):
    """Somebody with an account; the others here have none."""
    return replace(by, user_id=77)


def test_the_acts_of_others_in_scope_the_newest_first():
    case_id = case_in(Status.INVESTIGATING)
    other = case_in(Status.PENDING_ACCEPT)
    verbs = [(each.case_id, each.verb) for each in told(actor(Role.LEADER_VIEW, user_id=77))]
    assert verbs[0] == (other, "file")
    assert {verb for case, verb in verbs if case == case_id} == {"file", "accept", "assign", "sign_for"}
    assert {each.case_id for each in told(me(handler(at=LEAD)))} == {case_id}
    assert told(me(handler(at="410300-ZJ"))) == []
    assert len(told(actor(Role.LEADER_VIEW, user_id=77), limit=2)) == 2


def test_ones_own_acts_and_old_ones_are_no_news():
    case_id = case_in(Status.PENDING_CONFIRM)
    by = replace(handler(), user_id=officer(Role.HANDLER).id)
    do(case_id, "sign_for", by)
    assert "sign_for" not in {each.verb for each in told(by)}
    signed = next(each for each in told(me(centre())) if each.verb == "sign_for")
    assert (signed.number, signed.status) == (read(case_id).case_no, "investigating")
    assert signed.department == read(case_id).department.name
    assert told(me(centre()), later(1)) == []


def test_a_filer_learns_steps_alone_and_not_who_took_them():
    by = actor(Role.WINDOW, user_id=officer(Role.WINDOW, at=CENTRE).id)
    case_id = case_in(Status.PENDING_CONFIRM, by=by, channel="window")
    do(case_id, "remind", centre())
    assert "remind" in {each.verb for each in told(me(centre()))}
    found = told(by)
    assert ([each.verb for each in found], {each.department for each in found}) == (["assign", "accept"], {None})


def test_news_are_one_statement():
    case_in(Status.PENDING_CONFIRM)
    by = me(centre())
    with statements() as seen:
        told(by)
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 1

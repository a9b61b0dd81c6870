"""Who is told: nobody is forgotten in silence, and the centre complained about is left out."""

from __future__ import annotations

import pytest

from app.domain.access import SYSTEM, Role
from app.domain.lifecycle import Status
from app.domain.messages import Audience
from app.extensions import db
from app.models.scope import acting
from app.operations import notices
from app.operations.books import books
from app.operations.casework import load
from app.operations.filing import RespondentFacts
from tests.factories import case_in, file, officer

pytestmark = pytest.mark.usefixtures("db")


def told(case_id, audience):
    db.session.remove()
    with acting(SYSTEM):
        return [(who.key, who.phone) for who in notices.recipients(load(case_id), audience, books())]


def test_nobody_at_all_is_recorded_as_such():
    assert told(file().case_id, Audience.CENTRE_INTAKE) == [("nobody:centre_intake", None)]


def test_the_nearest_centre_answers():
    county = officer(Role.INTAKE, at="410105-YSHJ").phone
    province = officer(Role.INTAKE, at="410000-YSHJ").phone
    assert [phone for _, phone in told(file().case_id, Audience.CENTRE_INTAKE)] == [county]
    complained = file(respondent=RespondentFacts(department_code="410105-YSHJ")).case_id
    assert [phone for _, phone in told(complained, Audience.CENTRE_INTAKE)] == [province]


def test_a_unit_without_handlers_is_told_through_its_leader_and_before_the_hand_over_the_centre():
    leader, admin = officer(Role.UNIT_LEADER).phone, officer(Role.PLATFORM_ADMIN, at="410000-YSHJ").phone
    waiting, handled = case_in(Status.PENDING_DISPATCH), case_in(Status.INVESTIGATING)
    assert [phone for _, phone in told(handled, Audience.UNIT_OFFICERS)] == [leader]
    assert [phone for _, phone in told(waiting, Audience.UNIT_OFFICERS)] == [admin]


def test_a_level_up_there_may_be_nobody():
    officer(Role.SUPERVISOR, at="410000-YSHJ")
    unclassified = case_in(Status.PENDING_CLASSIFY)
    assert len(told(unclassified, Audience.SUPERIOR)) == 1
    provincial = case_in(Status.INVESTIGATING, region_code="410000")
    assert len(told(provincial, Audience.SUPERIOR)) == 1

"""Texts of a case by reader: whoever may not see the original never has it in memory."""

from __future__ import annotations

import pytest

from app.domain.access import CLOCK, SYSTEM, Role, complainant, sees_original
from app.extensions import db
from app.models import redaction
from app.models.case import Case
from app.models.scope import acting
from app.operations import casework, dossier
from app.operations.filing import ComplainantFacts
from tests.factories import NOW, actor, case_in, centre, do, file, handler

PLANTED = {"title": "Call Wang Xiaoming", "body": "I am Wang Xiaoming, 13812341234.\nThe fee was 300."}
CLEAN = ("Call ●●●●", "I am ●●●●, ●●●.\nThe fee was 300.")


@pytest.fixture
def planted(db):
    return lambda **more: case_in(casework.Status.PENDING_CONFIRM, **PLANTED, **more)


def texts(case_id, who):
    db.session.remove()
    with acting(who):
        case = db.session.get(Case, case_id)
        return case.title, case.body


def test_a_unit_reads_the_redacted_text_and_the_centre_the_original(planted):
    case_id, whole = planted(), tuple(PLANTED.values())
    assert texts(case_id, handler()) == CLEAN
    for who in (centre(), complainant(case_id), SYSTEM, CLOCK):
        assert texts(case_id, who) == whole


def test_a_refresh_and_an_act_of_the_unit_keep_both(planted):
    case_id = planted()
    db.session.remove()
    with acting(handler()) as who:
        case = db.session.get(Case, case_id)
        casework.perform(case_id, "sign_for", who, NOW)
        db.session.refresh(case)
        assert (case.title, case.body) == CLEAN
        db.session.expire(case, ["body"])
        assert case.body == CLEAN[1]
        db.session.expire(case, ["status"])
        assert case.status == "investigating"
    assert texts(case_id, SYSTEM) == tuple(PLANTED.values())


def test_a_case_from_before_is_redacted_when_it_is_read(planted):
    case_id = planted()
    db.session.remove()
    with acting(SYSTEM):
        case = db.session.get(Case, case_id)
        case.title_redacted = case.body_redacted = case.is_anonymous = None
        db.session.commit()
    assert texts(case_id, handler())[1] == "I am Wang Xiaoming, ●●●.\nThe fee was 300."


@pytest.mark.parametrize(
    ("more", "is_whole"),
    [
        ({}, True),
        ({"is_confidential": True}, False),
        ({"complainant": ComplainantFacts(is_anonymous=True)}, False),
    ],
)
def test_the_setting_may_leave_open_cases_open(planted, monkeypatch, more, is_whole):
    monkeypatch.setattr(redaction.policy, "is_always", False)
    case_id = planted(**more)
    assert ("13812341234" in texts(case_id, handler())[1]) is is_whole
    with acting(SYSTEM):
        db.session.remove()
        case = db.session.get(Case, case_id)
        assert ("13812341234" in redaction.text_outside(case)["body"]) is is_whole


def test_who_sees_the_original(db):
    usual = {"is_confidential": False, "is_anonymous": False}
    assert sees_original(actor(Role.WINDOW), **usual)
    assert not sees_original(actor(Role.API_CLIENT), **usual)
    assert not sees_original(actor(Role.SECURITY_ADMIN), **usual)
    assert not redaction.reads_original(None, {})


def test_what_a_complainant_adds_is_redacted_too(planted):
    case_id = file(**PLANTED).case_id
    do(case_id, "request_supplement", centre(), what="Please send the receipt.", days=5)
    do(case_id, "supplement", complainant(case_id), text="Call 13812341234.")
    do(case_id, "accept", centre())
    do(case_id, "assign", centre(), note="Ask 13912341234.")
    for who, said in ((centre(), "Call 13812341234."), (handler(), "Call ●●●.")):
        db.session.remove()
        with acting(who):
            notes = [each.note for each in dossier.open_case(case_id, who).events if each.note]
            assert said in notes
            assert "Ask 13912341234." in notes


def test_answers_to_the_matters_fields_are_redacted_too(planted):
    wang = ComplainantFacts(name="Wang Xiaoming", phone="13812341234")
    answer = "Fee for Wang Xiaoming, call 13812341234"
    case_id = planted(complainant=wang, form={"fee_name": answer, "fee_amount": 300, "fee_date": "2026-11-01"})

    def form(who):
        db.session.remove()
        with acting(who):
            return db.session.get(Case, case_id).form

    assert form(centre())["fee_name"] == answer
    assert form(handler()) == {**form(centre()), "fee_name": "Fee for ●●●●, call ●●●"}
    db.session.remove()
    with acting(SYSTEM):
        db.session.get(Case, case_id).form_redacted = None
        db.session.commit()
    assert form(handler())["fee_name"] == "Fee for Wang Xiaoming, call ●●●"

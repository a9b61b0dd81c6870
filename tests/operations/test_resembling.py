"""Hints at complaints filed before: reasons, scope, bounds; and the look-up with its record and its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid, Refused
from app.models.housekeeping import Lookup
from app.models.scope import acting
from app.operations import lookups, resembling
from app.operations.filing import ComplainantFacts, RespondentFacts
from tests.factories import NOW, actor, centre, file, filing, officer, read

USCC = "91350100M000100Y43"
COMPANY = ComplainantFacts("company", "Li Lei", "13900001111", org_name="Example Trading Ltd", uscc=USCC)
NEW = filing(
    title="Noise", body="The office moved.", region_code="410300", respondent=RespondentFacts(name="Another office"),
    complainant=ComplainantFacts(name="Zhao Wu", phone="13700007777"),
)  # fmt: skip


@pytest.fixture
def seen(db):
    def found(wanted, who=None):
        db.session.remove()
        with acting(who or centre()):
            return resembling.resembling(wanted, NOW)

    return found


def reasons(found):
    return {each.case_id: each.reasons for each in found}


def test_each_reason_alone(seen):
    case_id = file(complainant=COMPANY).case_id
    assert seen(NEW) == []
    same_phone = replace(NEW, complainant=replace(NEW.complainant, phone="139 0000 1111"))
    same_company = replace(NEW, complainant=replace(NEW.complainant, uscc=USCC))
    same_respondent = replace(NEW, region_code="410105", respondent=RespondentFacts(name="Some office"))
    same_text = replace(NEW, region_code="410105", title="A fee that is not on the list", body=filing().body)
    wanted = {"phone": same_phone, "company": same_company, "respondent": same_respondent}
    for reason, one in wanted.items():
        assert reasons(seen(one)) == {case_id: (reason,)}
    assert reasons(seen(same_text)) == {case_id: ("text",)}
    assert seen(same_text)[0].percent == 100
    bare = replace(same_text, respondent=RespondentFacts(), complainant=ComplainantFacts(is_anonymous=True))
    assert reasons(seen(bare)) == {case_id: ("text",)}


def test_several_reasons_come_first_and_ten_at_most(seen):
    for number in range(11):
        file(body=f"Something else entirely, {number}", title=f"t{number}")
    first = file(complainant=COMPANY).case_id
    found = seen(replace(filing(), complainant=COMPANY))
    assert len(found) == 10
    assert (found[0].case_id, found[0].reasons) == (first, ("phone", "company", "respondent", "text"))


def test_a_department_is_the_same_by_whatever_name(seen, db):
    name = read(file().case_id).department.name
    case_id = file(respondent=RespondentFacts(department_code="410105-SCJG")).case_id
    assert reasons(seen(replace(NEW, region_code="410105", respondent=RespondentFacts(name=name)))) == {
        case_id: ("respondent",)
    }


def test_old_cases_and_cases_out_of_scope_are_no_hint(seen):
    file(NOW - timedelta(days=400), title="x", body="y")
    assert seen(replace(NEW, region_code="410105", respondent=RespondentFacts(name="Some office"))) == []
    file(complainant=COMPANY)
    wanted = replace(NEW, complainant=COMPANY)
    assert seen(wanted, actor(Role.WINDOW, user_id=99)) == []
    assert seen(wanted, centre(at="410300-YSHJ")) == []


# --- look-ups -------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(db):
    return actor(Role.INTAKE, user_id=officer(Role.INTAKE, at="410000-YSHJ").id)


def look(db, text, who, now=NOW):
    db.session.remove()
    with acting(who):
        found = lookups.look_up(text, who, now)
        return found.kind, [case.id for case in found.cases]


def test_a_case_is_found_by_phone_company_and_numbers(db, clerk):
    filed = file(complainant=COMPANY, source_system="x", external_no="Ext 1")
    one = [filed.case_id]
    assert look(db, " 139-0000-1111 ", clerk) == ("phone", one)
    assert look(db, USCC.lower(), clerk) == ("company_code", one)
    assert look(db, "example  trading LTD", clerk) == ("company_name", one)
    assert look(db, filed.receipt_no.lower(), clerk) == ("number", one)
    assert look(db, "Ext 1", clerk) == ("number", one)
    assert look(db, "13711112222", clerk) == ("phone", [])
    assert look(db, "Unknown Ltd", clerk) == ("company_name", [])
    db.session.remove()
    with acting(SYSTEM):
        rows = db.session.scalars(select(Lookup).order_by(Lookup.id)).all()
        assert [(row.kind, row.found_count) for row in rows] == [
            ("phone", 1),
            ("company_code", 1),
            ("company_name", 1),
            ("phone", 0),
            ("company_name", 0),
        ]
        assert {row.user_id for row in rows} == {clerk.user_id}
        assert str(rows[0]) == "phone 2026-11-24 02:00"


def test_a_look_up_stays_within_scope(db, clerk):
    filed = file(complainant=COMPANY)
    window = replace(clerk, scope=actor(Role.WINDOW).scope, roles=frozenset({Role.WINDOW}))
    for text in ("13900001111", USCC, "Example Trading Ltd", filed.receipt_no):
        assert look(db, text, window)[1] == []


def test_nothing_is_no_look_up(db, clerk):
    for text in ("", " x ", "x" * 101, "a\x00b"):
        with pytest.raises(Invalid):
            look(db, text, clerk)


def test_thirty_a_minute_and_numbers_are_not_counted(db, clerk):
    for _ in range(30):
        look(db, "13900001111", clerk)
    with pytest.raises(Refused):
        look(db, "13900001111", clerk)
    assert look(db, "TS2611240000017", clerk)[0] == "number"
    assert look(db, "13900001111", clerk, NOW + timedelta(seconds=61))[0] == "phone"

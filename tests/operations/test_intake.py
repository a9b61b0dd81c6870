"""Filing: checked field by field, routed with a trace, answered the same when repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.domain.access import SYSTEM, Role, complainant
from app.domain.errors import Invalid, Refused
from app.domain.lifecycle import Status
from app.domain.numbers import is_valid_number
from app.extensions import db
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.scope import acting
from app.operations import intake
from app.operations.filing import ComplainantFacts, RespondentFacts
from tests.factories import LEAD, NOW, actor, centre, file, filing, later, officer, read

pytestmark = pytest.mark.usefixtures("db")


def test_a_filing_is_routed_and_answered():
    filed = file()
    assert is_valid_number(filed.receipt_no)
    assert (filed.status, filed.department_code, filed.is_new, len(filed.query_code)) == (
        Status.PENDING_ACCEPT,
        LEAD,
        True,
        16,
    )
    case = read(filed.case_id)
    assert case.policy_version_id is not None
    assert next(line[0] for line in case.route_trace) == "rule"
    assert case.deadlines[0].due_on == date(2026, 11, 27)
    assert filed.query_code not in str(vars(case))


def test_numbers_count_up_within_a_day():
    first, second, other_day = file(), file(), file(later(1))
    assert int(first.receipt_no[8:14]) + 1 == int(second.receipt_no[8:14])
    assert other_day.receipt_no.startswith("TS261125000001")


def test_the_rule_of_its_day_applies():
    old, new = file(filed_at=later(-900)), file()
    assert read(old.case_id).limits["accept"] == "5wd"
    assert read(new.case_id).limits["accept"] == "3wd"
    assert read(new.case_id).limits["handle"] == "30d"


@pytest.mark.parametrize("matter", [None, "Z99", ""])
def test_an_unknown_matter_goes_to_the_queue(matter):
    filed = file(matter_code=matter, form={})
    assert (filed.status, filed.department_code) == (Status.PENDING_CLASSIFY, None)


WRONG = {
    "title": {"title": " "},
    "body": {"body": ""},
    "channel": {"channel": "pigeon"},
    "region_code": {"region_code": "999999"},
    "occurred_on": {"occurred_on": date(2027, 1, 1)},
    "filed_at": {"filed_at": later(2)},
    "external_no": {"external_no": "1"},
    "form.fee_amount": {"form": {"fee_name": "x", "fee_amount": "much", "fee_date": "2026-10-01"}},
    "respondent.name": {"respondent": RespondentFacts()},
    "respondent.kind": {"respondent": RespondentFacts(name="x", kind="alien")},
    "respondent.department_code": {"respondent": RespondentFacts(department_code="nowhere")},
    "complainant.kind": {"complainant": ComplainantFacts(kind="x", name="n", phone="13812341234")},
    "complainant.name": {"complainant": ComplainantFacts(phone="13812341234")},
    "complainant.phone": {"complainant": ComplainantFacts(name="n", phone="12345")},
    "complainant.uscc": {"complainant": ComplainantFacts(name="n", phone="13812341234", uscc="123")},
    "complainant.id_no": {"complainant": ComplainantFacts(name="n", phone="13812341234", id_no="\ud800")},
}


@pytest.mark.parametrize("field", WRONG)
def test_each_wrong_field_is_named(field):
    with pytest.raises(Invalid) as fault:
        file(**WRONG[field])
    assert set(fault.value.fields) == {field}


@pytest.mark.parametrize("code", ["\ud800", "a\x00b", "x" * 33])
def test_a_matter_code_that_cannot_be_kept_is_refused(code):
    with pytest.raises(Invalid) as fault:
        file(matter_code=code, form={})
    assert set(fault.value.fields) == {"matter_code"}


def test_answers_to_no_matter_yet_are_kept_for_whoever_classifies():
    given = {"fee_name": "Handling fee", "paid": 5, "when": None, "more": ["a"]}
    case = read(file(matter_code=None, form=given).case_id)
    assert case.form == {"fee_name": "Handling fee", "paid": "5", "when": "", "more": "['a']"}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"note": "\ud800"}, "form.note"),
        ({"a\x00": "b"}, "form"),
        ({"x" * 65: "b"}, f"form.{'x' * 64}"),
        ({"note": "x" * 5001}, "form.note"),
        ({str(number): "x" for number in range(51)}, "form"),
    ],
)
def test_answers_that_cannot_be_kept_are_refused(form, field):
    with pytest.raises(Invalid) as fault:
        file(matter_code=None, form=form)
    assert set(fault.value.fields) == {field}


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "x" * 5001])
def test_texts_that_cannot_be_kept_are_refused(text):
    with pytest.raises(Invalid) as fault:
        file(body=text)
    assert set(fault.value.fields) == {"body"}


def test_a_start_without_an_offset_is_refused():
    with pytest.raises(Invalid) as fault:
        file(filed_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    assert set(fault.value.fields) == {"filed_at"}


def test_anonymous_filing_needs_no_name():
    case = read(file(complainant=ComplainantFacts(is_anonymous=True)).case_id)
    assert case.complainant.phone is None
    assert [(m.kind, m.status, m.reason) for m in case.messages] == [("received", "suppressed", "no_phone")]


def test_a_company_code_is_kept_sealed_in_capitals():
    facts = ComplainantFacts("company", "n", "13812341234", uscc="91410100ma40000a0x")
    assert read(file(complainant=facts).case_id).complainant.uscc == "91410100MA40000A0X"


def test_a_respondent_given_by_its_exact_name_is_recognised():
    with acting(SYSTEM):
        from tests.factories import department

        name = department(LEAD).name
    filed = file(respondent=RespondentFacts(name=name))
    assert read(filed.case_id).respondent_department_id is not None
    assert filed.department_code == "410100-SCJG"


def test_roles_that_do_not_file_are_refused():
    with pytest.raises(Refused):
        file(by=actor(Role.AUDITOR))


EXTERNAL = {"source_system": "hotline-a", "external_no": "A-1"}


def client(user):
    return replace(actor(Role.API_CLIENT), user_id=user.id)


def test_the_same_external_number_answers_the_same_case():
    who = client(officer(Role.API_CLIENT))
    first, again = file(by=who, **EXTERNAL), file(later(1), by=who, **EXTERNAL)
    assert (again.case_id, again.receipt_no, again.query_code, again.is_new) == (
        first.case_id,
        first.receipt_no,
        None,
        False,
    )
    unclassified = {**EXTERNAL, "external_no": "A-2", "matter_code": None, "form": {}}
    file(by=who, **unclassified)
    assert file(by=who, **unclassified).department_code is None


def test_other_content_or_another_filer_is_refused():
    who, other = client(officer(Role.API_CLIENT)), client(officer(Role.API_CLIENT))
    file(by=who, **EXTERNAL)
    for by, changes in ((who, {"title": "Something else"}), (other, {})):
        with pytest.raises(Refused, match="filed before"):
            file(by=by, **EXTERNAL, **changes)


def test_a_race_between_two_equal_filings_ends_in_one_case(monkeypatch):
    who = client(officer(Role.API_CLIENT))
    first = file(by=who, **EXTERNAL)
    answers = iter([None])
    original = intake._repeat
    monkeypatch.setattr(intake, "_repeat", lambda *args: next(answers, None) or original(*args))
    monkeypatch.setattr(intake, "_repeat", _blind_once(original))
    assert file(by=who, **EXTERNAL).case_id == first.case_id


def _blind_once(original):
    calls = []

    def repeat(*args):
        calls.append(1)
        return None if len(calls) == 1 else original(*args)

    return repeat


def test_an_integrity_error_that_is_no_repeat_is_a_bug(monkeypatch):
    def broken(*_):
        raise IntegrityError("x", {}, Exception("x"))

    monkeypatch.setattr(intake, "_write", broken)
    with pytest.raises(IntegrityError):
        file()


def test_a_failure_leaves_nothing(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(intake, "_tell", broken)
    with pytest.raises(ZeroDivisionError):
        file()
    with acting(SYSTEM):
        assert db.session.scalar(select(func.count(Case.id))) == 0


@pytest.mark.parametrize("channel", ["window", "hotline", "letter"])
def test_who_has_no_screen_gets_the_query_code_by_message(channel):
    case = read(file(channel=channel).case_id)
    assert {m.kind for m in case.messages} == {"received", "query_code"}


def test_an_import_is_lenient_silent_and_keeps_its_time_and_reply():
    from app.models.batch import ImportBatch

    with acting(SYSTEM):
        batch = ImportBatch(file_name="x", sha256="0" * 64, started_at=NOW)
        db.session.add(batch)
        db.session.commit()
        origin = intake.Origin(batch.id, "Dear citizen", later(-100))
        row = filing(
            is_lenient=True,
            matter_code="A10",
            form={},
            respondent=RespondentFacts(),
            complainant=ComplainantFacts(name="user"),
            filed_at=later(-120),
            title="x" * 150,
        )
        filed = intake.file_case(row, SYSTEM, NOW, origin)
        again = intake.file_case(row, SYSTEM, NOW, origin)
    assert (again.case_id, again.is_new) == (filed.case_id, False)
    case = read(filed.case_id)
    assert case.is_incomplete
    assert case.filed_at == later(-120)
    assert {(m.status, m.reason) for m in case.messages} == {("suppressed", "imported")}
    with acting(SYSTEM):
        notes = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "note")).all()
        assert [(n.note, n.happened_at) for n in notes] == [("Dear citizen", later(-100))]


def test_a_reply_without_its_time_is_kept_too():
    from app.models.batch import ImportBatch

    with acting(SYSTEM):
        batch = ImportBatch(file_name="x", sha256="0" * 64, started_at=NOW)
        db.session.add(batch)
        db.session.commit()
        intake.file_case(filing(is_lenient=True), SYSTEM, NOW, intake.Origin(batch.id, "Reply"))
        assert not read(1).is_incomplete if db.session.get(Case, 1) else True


def test_what_the_public_files_it_cannot_read_back_without_its_code():
    filed = file()
    with acting(complainant(0)):
        assert db.session.get(Case, filed.case_id) is None
    db.session.remove()
    with acting(centre()):
        assert db.session.get(Case, filed.case_id) is not None


@pytest.mark.parametrize("phone", ["0371-65901234", "400 700 1234"])
def test_a_landline_can_be_called_but_gets_no_messages(phone):
    case = read(file(complainant=ComplainantFacts(name="n", phone=phone)).case_id)
    assert case.complainant.phone == "".join(letter for letter in phone if letter.isdigit())
    assert [(m.status, m.reason) for m in case.messages] == [("suppressed", "no_phone")]

"""The file of a case: as much of it as its reader may see."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from app.domain.access import Role, complainant
from app.domain.errors import NotFound
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.scope import acting
from app.operations import dossier, phones
from tests.factories import LEAD, actor, case_in, centre, file, handler, officer, read

pytestmark = pytest.mark.usefixtures("db")


@contextmanager
def reading(by):
    db.session.remove()
    with acting(by):
        yield
    db.session.remove()


def opened(case_id, by):
    db.session.remove()
    with acting(by):
        return dossier.open_case(case_id, by)


def test_the_centre_sees_names_notes_and_the_masked_complainant():
    file_ = opened(case_in(Status.INVESTIGATING), centre())
    assert [event.verb for event in file_.events] == ["file", "accept", "assign", "sign_for"]
    assert file_.complainant.masked_phone == "138****1234"
    assert file_.is_inside
    assert file_.names[LEAD] == read(file_.case.id).department.name
    assert {"A10", "410105", "SCJG"} & set(file_.names) >= {"A10"}
    assert dict(file_.answers)["收费金额(元)"] == "100.00"


def test_a_unit_does_not_see_who_complained_in_confidence():
    assert opened(case_in(Status.PENDING_CONFIRM, is_confidential=True), handler()).complainant is None
    assert opened(case_in(Status.PENDING_CONFIRM), handler()).complainant is not None


def test_who_filed_it_or_complained_stays_outside():
    case_id = file().case_id
    file_ = opened(case_id, complainant(case_id))
    assert (file_.is_inside, file_.names) == (False, {})


def test_a_case_without_a_matter_has_no_answers_and_no_names():
    file_ = opened(case_in(Status.PENDING_CLASSIFY), centre())
    assert (file_.answers, file_.names) == ((), {})


def test_a_case_out_of_scope_is_not_there():
    with pytest.raises(NotFound):
        opened(case_in(Status.PENDING_CONFIRM), handler(at="410300-ZJ"))


def test_a_limit_is_explained_by_its_own_case_only():
    case_id, other = case_in(Status.PENDING_ACCEPT), case_in(Status.PENDING_ACCEPT)
    limit = read(case_id).deadlines[0].id
    with reading(centre()):
        row, days = dossier.explained(case_id, limit)
        assert (row.kind, [day.is_counted for day in days]) == ("accept", [False, True, True, True])
        with pytest.raises(NotFound):
            dossier.explained(other, limit)


def test_names_of_what_is_listed_or_missing():
    names = dossier.names_in({"co": ["SCJG", "nonsense"], "department": None, "role": "co"}, {"region": "410105"})
    assert set(names) == {"SCJG", "410105"}
    assert dossier.names_in() == {}


def test_departments_are_found_by_every_word_and_named_by_code():
    assert [code for code, _ in dossier.find_departments("410105 SCJG")] == [LEAD]
    assert dossier.find_departments("100%") == []
    assert len(dossier.find_departments("", 5)) == 5
    assert list(dossier.department_names([LEAD, "nonsense"])) == [LEAD]


def test_phones_show_the_newest_first_and_nobody_as_nobody():
    officer(Role.UNIT_LEADER)
    case_in(Status.CLOSED, channel="window")
    with reading(actor(Role.SUPERVISOR)):
        found = phones.phones(shows_codes=True)
        hidden = phones.phones(shows_codes=False)
    numbers = {phone.number for phone in found}
    assert "138****1234" in numbers
    mine = next(phone for phone in found if phone.number == "138****1234")
    assert [each.id for each in mine.bubbles] == sorted((each.id for each in mine.bubbles), reverse=True)
    assert all(each.text for phone in found for each in phone.bubbles)
    assert {each.kind for phone in hidden for each in phone.bubbles if each.text is None} == {"rate", "query_code"}
    with reading(actor(Role.SUPERVISOR)):
        assert len([each for phone in phones.phones(2, shows_codes=True) for each in phone.bubbles]) == 2

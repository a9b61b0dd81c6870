"""Rating by token, following by code, and the change of configuration."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role, complainant
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.department import DepartmentType
from app.models.housekeeping import ConfigurationChange
from app.models.matter import Matter
from app.models.message import Message, MessageTemplate
from app.models.officer import Officer
from app.models.scope import acting
from app.operations import configuration, evaluation, tracking
from app.operations.books import books
from tests.factories import NOW, actor, case_in, centre, do, file, later, officer, read

pytestmark = pytest.mark.usefixtures("db")
STARS = {"speed": 5, "result": "4", "manner": 3}


def token_of(case_id):
    with acting(SYSTEM):
        row = db.session.scalars(
            select(Message).where(Message.case_id == case_id, Message.kind == "rate").order_by(Message.id.desc())
        ).first()
        token = re.search(r"/([\w-]{16})", row.text)[1]
    db.session.remove()
    return token


def test_a_case_is_rated_once():
    case_id = case_in(Status.CLOSED)
    token = token_of(case_id)
    assert evaluation.case_of(token, NOW) == case_id
    evaluation.submit(token, NOW, **STARS, comment="fine")
    row = read(case_id).evaluations[0]
    assert (row.score, row.is_satisfied, row.comment) == (4.0, True, "fine")
    db.session.remove()
    with pytest.raises(Refused, match="already"):
        evaluation.submit(token, NOW, **STARS)
    with pytest.raises(Refused, match="already"):
        do(case_id, "evaluate", complainant(case_id), **STARS)


def test_bad_stars_and_late_or_unknown_tokens():
    token = token_of(case_in(Status.CLOSED))
    with pytest.raises(Invalid):
        evaluation.submit(token, NOW, **{**STARS, "speed": 6})
    db.session.remove()
    with pytest.raises(Refused, match="over"):
        evaluation.submit(token, later(31), **STARS)
    with pytest.raises(NotFound):
        evaluation.submit("nonsense", NOW, **STARS)


def test_a_token_of_an_earlier_round_rates_nothing():
    case_id = case_in(Status.CLOSED)
    token = token_of(case_id)
    do(case_id, "rework", centre(), reason="It was not solved at all.")
    with pytest.raises(NotFound):
        evaluation.case_of(token, NOW)


def test_progress_by_number_and_code():
    filed = file()
    shown = tracking.open_by_code(f" {filed.receipt_no.lower()} ", filed.query_code.lower())
    assert (shown.status, [node.verb for node in shown.nodes]) == (Status.PENDING_ACCEPT, ["file"])
    assert [promise.kind for promise in shown.promises] == ["accept"]
    assert shown.department is None
    do(filed.case_id, "accept", centre())
    do(filed.case_id, "assign", centre())
    shown = tracking.open_by_code(filed.receipt_no, filed.query_code)
    assert shown.department
    assert shown.number.startswith("YS")


def test_progress_of_an_unclassified_case():
    filed = file(matter_code=None, form={})
    assert tracking.open_by_code(filed.receipt_no, filed.query_code).matter is None


@pytest.mark.parametrize("code", ["", "0000000000000000", "\u6771"])
def test_a_wrong_code_and_an_unknown_number_look_alike(code):
    filed = file()
    for number in (filed.receipt_no, "TS2601010000011"):
        with pytest.raises(NotFound):
            tracking.open_by_code(number, code)


def admin():
    return actor(Role.PLATFORM_ADMIN)


def test_a_configuration_change_is_checked_logged_and_known_at_once():
    with acting(SYSTEM):
        before, who = books(), admin()
        row = db.session.scalars(select(Matter).where(Matter.code == "A10")).one()
        row.handle_value = 20
        configuration.save(row, "update", who, NOW)
        assert books().matter("A10").handle == "20d"
        assert before.matter("A10").handle == "30d"
        change = db.session.scalars(select(ConfigurationChange)).one()
        assert (change.before, change.after, change.user_name) == (
            {"handle_value": 30},
            {"handle_value": 20},
            "platform_admin@410000-YSHJ",
        )
        row.handle_value = 0
        with pytest.raises(Invalid):
            configuration.save(row, "update", who, NOW)


def test_a_template_is_checked():
    with acting(SYSTEM):
        row = db.session.scalars(select(MessageTemplate).where(MessageTemplate.kind == "received")).one()
        row.text = "Dear {name}"
        with pytest.raises(Invalid):
            configuration.save(row, "update", admin(), NOW)


def test_rows_are_created_and_deleted_and_secrets_stay_out_of_the_log():
    with acting(SYSTEM):
        row = DepartmentType(code="NEW", name="New")
        configuration.save(row, "create", admin(), NOW)
        configuration.save(row, "delete", admin(), NOW)
        kinds = [(c.kind, c.row_label) for c in db.session.scalars(select(ConfigurationChange))]
        assert kinds == [("create", "New"), ("delete", "New")]
        user = db.session.get_one(Officer, officer(Role.HANDLER).id)
        user.password, user.phone = "secret", "13900000000"
        configuration.save(user, "update", admin(), NOW)
        assert "secret" not in str([c.after for c in db.session.scalars(select(ConfigurationChange))])


def test_the_books_know_a_matter_or_say_so():
    with acting(SYSTEM):
        with pytest.raises(Invalid):
            books().matter("Z99")
        assert books() is books()
        early = books().policy_on(NOW.date().replace(year=1960))
        assert early.code == "2023"
        assert early.deemed_clause is None
        assert books().policy_on(NOW.date()).deemed_clause

"""Following a complaint by number and code, and rating its answer once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import create_app
from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.models.message import Message
from app.models.scope import acting
from tests import factories
from tests.pages import page

STARS = {"speed": "5", "result": "4", "manner": "3"}


@pytest.fixture
def made(app, visitor):
    """Make a case in a status, filed now: its receipt number, query code and rating token."""

    def make(status):
        with app.app_context():
            case_id = factories.case_in(status, clock.now(), channel="window")
            with acting(SYSTEM):
                rows = db.session.scalars(select(Message).where(Message.case_id == case_id))
                texts = {row.kind: row.text for row in rows}
        number = factories_number(app, case_id)
        token = re.search(r"/evaluate/([\w-]+)", texts.get("rate", ""))
        return number, re.search(r"[0-9A-Z]{16}", texts["query_code"])[0], token and token[1]

    return make


def factories_number(app, case_id):
    with app.app_context():
        return factories.read(case_id).receipt_no


def test_a_right_pair_shows_the_progress_in_any_spelling(visitor, made):
    number, code, _ = made(Status.INVESTIGATING)
    spelled = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    answer = visitor.send("/track", number=number.lower(), code=spelled)
    assert answer.status_code == 200
    assert "410105" not in answer.text
    assert answer.text.count("<time ") == 4
    assert answer.text.count('aria-current="step"') == 1
    assert "Wang" not in answer.text
    assert "13812341234" not in answer.text


def test_a_closed_case_shows_its_answer_and_a_refused_one_why(app, visitor, made):
    number, code, _ = made(Status.CLOSED)
    assert "The fee was paid back." in visitor.send("/track", number=number, code=code).text
    with app.app_context():
        filed = factories.file(clock.now())
        why = "This is a dispute between private parties."
        factories.do(filed.case_id, "reject", factories.centre(), clock.now(), reason_code="civil_dispute", reason=why)
    assert why in visitor.send("/track", number=filed.receipt_no, code=filed.query_code).text


def test_a_wrong_code_and_a_wrong_number_sound_alike(visitor, made):
    number, code, _ = made(Status.PENDING_ACCEPT)
    other = "TS2601010000017"
    shown = [
        visitor.send("/track", number=n, code=c)
        for n, c in ((number, "0" * 16), (other, code), ("", ""), ("nonsense", code), ("9" * 5000, "\u202e"))
    ]
    assert {each.status_code for each in shown} == {403}
    assert len({re.search(r'class="wrong".*?</p>', each.text)[0] for each in shown}) == 1


def test_a_link_fills_in_the_number_and_never_a_code(visitor):
    text = visitor.get("/track?n=TS2601010000017&code=SECRET").text
    assert 'value="TS2601010000017"' in text
    assert "SECRET" not in re.sub(r'href="/language/[^"]*"', "", text)


@pytest.fixture
def limited(settings):
    """A browser at an app that counts."""
    app = create_app(settings, TESTING=True, RATELIMIT_STORAGE_URI="memory://")
    yield page(app)
    with app.app_context():
        db.engine.dispose()


def test_wrong_tries_are_counted(made, limited):
    number, code, _ = made(Status.PENDING_ACCEPT)
    assert {limited.send("/track", number=number, code=code).status_code for _ in range(12)} == {200}
    assert {limited.send("/track", number=number, code="0" * 16).status_code for _ in range(10)} == {403}
    answer = limited.send("/track", number=number, code=code)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 600
    assert limited.get("/track").status_code == 200


def test_an_answer_is_rated_once(visitor, made):
    _, _, token = made(Status.CLOSED)
    assert visitor.get(f"/evaluate/{token}").text.count('type="radio"') == 15
    answer = visitor.send(f"/evaluate/{token}", **STARS, comment="fine")
    assert (answer.status_code, answer.location) == (303, "/evaluate/thanks")
    assert visitor.get(answer.location).status_code == 200
    assert visitor.get(f"/evaluate/{token}").status_code == 410
    again = visitor.post(f"/evaluate/{token}", data={**STARS, "csrf_token": visitor.token("/track")})
    assert again.status_code == 410


@pytest.mark.parametrize("wrong", [{"speed": ""}, {"speed": "6"}, {"result": "x"}, {"comment": "<b>" * 200}])
def test_a_rating_with_something_wrong_is_kept_and_said(visitor, made, wrong):
    _, _, token = made(Status.CLOSED)
    answer = visitor.send(f"/evaluate/{token}", **{**STARS, "comment": "kept", **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert answer.text.count(" checked") == 3 - ("speed" in wrong or "result" in wrong)
    assert "<b><b>" not in answer.text


def test_unknown_and_late_tokens_get_a_friendly_page(visitor, made, monkeypatch):
    for token in ("nonsense", "a" * 1500, "%ED%A0%80", "%2e%2e"):
        assert visitor.get(f"/evaluate/{token}").status_code == 404, token
    _, _, token = made(Status.CLOSED)
    late = clock.now() + timedelta(days=31)
    monkeypatch.setattr(type(clock), "now", lambda _: late)
    assert visitor.get(f"/evaluate/{token}").status_code == 410


def _followed(visitor, filed, **more):
    return visitor.send("/track", number=filed.receipt_no, code=filed.query_code, **more)


def test_what_was_asked_for_is_sent_from_the_progress_page(visitor, db):
    filed = factories.file()
    factories.do(filed.case_id, "request_supplement", factories.centre(), what="The contract, please.", days=10)
    assert "The contract, please." in _followed(visitor, filed).text
    assert _followed(visitor, filed, act="supplement", said=" ").status_code == 422
    wrong = visitor.send("/track", number=filed.receipt_no, code="0" * 16, act="supplement", said="Here it is.")
    assert wrong.status_code == 403
    assert factories.status_of(filed.case_id) == "supplementing"
    assert _followed(visitor, filed, act="supplement", said="Here it is.").status_code == 200
    assert factories.status_of(filed.case_id) == "pending_accept"
    assert _followed(visitor, filed, act="supplement", said="Once more.").status_code == 422


def test_a_complaint_is_withdrawn_from_the_progress_page(visitor, db):
    filed = factories.file()
    assert _followed(visitor, filed, act="withdraw", said="We have come to terms.").status_code == 200
    assert factories.status_of(filed.case_id) == "withdrawn"
    assert "act_form" not in _followed(visitor, filed, act="nonsense").text

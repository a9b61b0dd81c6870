"""My complaints, by a code to the phone."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.message import Message
from app.models.scope import acting
from tests import factories
from tests.pages import page

PHONE = "13812341234"


def _code(app):
    with app.app_context(), acting(SYSTEM):
        row = db.session.scalars(select(Message).where(Message.kind == "otp").order_by(Message.id.desc())).first()
        return re.search(r"[0-9]{6}", row.text)[0]


def _filed(app, **changes):
    with app.app_context():
        return factories.file(clock.now(), **changes)


def test_somebody_with_two_complaints_sees_both(app, visitor):
    numbers = [_filed(app, title=title).receipt_no for title in ("One", "Two")]
    shown = visitor.send("/mine", phone="+86 138-1234-1234")
    assert (shown.status_code, "/mine/code" in shown.text) == (200, True)
    code = _code(app)
    answer = visitor.send("/mine/code", page="/mine", phone=PHONE, code=f" {code[:3]}-{code[3:]} ")
    assert answer.location == "/mine/list"
    text = visitor.get("/mine/list").text
    assert all(number in text for number in numbers)
    assert "One" in visitor.get(f"/track/{numbers[0]}").text
    again = visitor.send("/mine/code", page="/mine", phone=PHONE, code=code)
    assert again.status_code == 403
    assert page(app).get("/mine/list").location == "/mine"


def test_known_and_unknown_phones_look_alike(app, visitor):
    _filed(app)
    shown = []
    for phone in (PHONE, "13900000000"):
        text = page(app).send("/mine", phone=phone).text.replace(phone, "")
        shown.append(re.sub(r'(?:value|nonce)="[^"]*"', "", text))
    assert shown[0] == shown[1]


def test_limits_are_told(app, visitor):
    assert visitor.send("/mine", phone="12").status_code == 422
    assert visitor.send("/mine", phone=PHONE).status_code == 200
    second = visitor.send("/mine", phone=PHONE)
    assert (second.status_code, 0 < int(second.headers["Retry-After"]) <= 60) == (429, True)
    tries = [visitor.send("/mine/code", page="/mine", phone=PHONE, code="x").status_code for _ in range(12)]
    assert tries == [403] * 10 + [429] * 2

"""Naughty texts in every field of the portal: stored and shown back as they are, or refused in words. Never a fault.

What is trimmed: white space at both ends of title, body, names and answers; line ends become one line feed.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.attempt import Attempt
from app.models.case import Case
from app.models.scope import acting
from tests import factories
from tests.doors.naughty import TEXTS

FORM = "/complain/A10?region=410105"
FREE = ("title", "body", "respondent.name", "complainant.name", "complainant.org_name", "form.fee_name")
STRICT = (
    *("occurred_on", "form.fee_amount", "form.fee_date", "complainant.kind", "complainant.anonymous"),
    *("complainant.phone", "promise", "is_confidential", "token", "attachments"),
)
TITLE = re.compile(r'class="chosen">\s*<div><dt>[^<]*</dt><dd>(.*?)</dd>', re.DOTALL)
BODY = re.compile(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', re.DOTALL)
REFUSED = {303, 400, 422}
"""400: a zero byte, which no browser sends, is turned away before any page."""
CALM = {303, 400, 403, 404, 410, 413, 422, 429}


def test_there_are_enough_of_them():
    assert len(TEXTS) >= 125


class Sender:
    """Sends forms byte by byte, with a token taken once."""

    def __init__(self, visitor, path):
        self.visitor, self.token = visitor, visitor.token(path)

    def __call__(self, path, **fields):
        pairs = {**fields, "csrf_token": self.token}.items()
        raw = "&".join(f"{quote(name)}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in pairs)
        return self.visitor.post(path, data=raw.encode(), content_type="application/x-www-form-urlencoded")


def _latest(app):
    with app.app_context(), acting(SYSTEM):
        case = db.session.scalars(select(Case).order_by(Case.id.desc())).first()
        found = {"title": case.title, "body": case.body, "respondent.name": case.respondent.name}
        found |= {"complainant.name": case.complainant.name, "complainant.org_name": case.complainant.org_name}
        return case.receipt_no, {**found, "form.fee_name": case.form.get("fee_name")}


def _sent(text):
    """A text as it arrives: half a surrogate pair is no UTF-8, its bytes stay spelled out (%ED%A0%80)."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "werkzeug.url_quote")


def test_free_texts_are_stored_byte_by_byte_and_shown_escaped_or_refused(app, visitor, complaint):
    send, stored = Sender(visitor, FORM), 0
    for text in TEXTS:
        answer = send(FORM, **{**complaint, **dict.fromkeys(FREE, text), "token": ""})
        assert answer.status_code in REFUSED, repr(text)
        if answer.status_code != 303:
            assert answer.text.count("<script") <= 2
            continue
        stored += 1
        number, kept = _latest(app)
        assert set(kept.values()) == {_sent(text).strip()}, repr(text)
        code = re.findall(r"<dd>(.*?)</dd>", visitor.get("/complain/done").text)[1]
        opened = visitor.send("/track", number=number, code=re.sub("<[^>]*>", "", code))
        shown = visitor.get(opened.location).text
        title = html.unescape(TITLE.findall(shown)[0])
        assert title == _sent(text).strip(), repr(text)
        assert shown.count("<script") == 1
    assert stored > len(TEXTS) // 2


@pytest.mark.parametrize("name", STRICT)
def test_fields_with_a_form_of_their_own_refuse_in_words(visitor, complaint, name):
    send = Sender(visitor, FORM)
    for text in TEXTS:
        answer = send(FORM, **{**complaint, "token": "", name: text})
        assert answer.status_code in REFUSED, (name, text)


def test_steps_keep_naughty_texts_as_they_are(visitor, complaint):
    send = Sender(visitor, "/complain")
    for text in TEXTS:
        about = send("/complain", matter="A10", region="410105", **{"respondent.name": text})
        assert about.status_code in REFUSED, repr(text)
        for field in ("matter", "region"):
            wrong = send("/complain", **{"matter": "A10", "region": "410105", "respondent.name": "x", field: text})
            assert wrong.status_code in {400, 422}, (field, text)
        send("/complain", matter="A10", region="410105", **{"respondent.name": "x"})
        events = send("/complain/step/events", **{**complaint, **dict.fromkeys(FREE, text)})
        contact = send("/complain/step/contact", **{name: text for name in complaint if name.startswith("compl")})
        assert {events.status_code, contact.status_code} <= REFUSED, repr(text)
        if events.status_code == 303:
            found = BODY.search(visitor.get("/complain/step/events").text)
            assert html.unescape(found[1]) == _sent(text), repr(text)
        assert visitor.get("/complain/step/check").status_code == 200
        assert send("/complain/step/check", promise=text, code=text, send_code=text).status_code in REFUSED


def _forget(app):
    with app.app_context(), acting(SYSTEM):
        db.session.query(Attempt).delete()
        db.session.commit()


def test_tracking_phone_and_rating_fields(app, visitor):
    with app.app_context():
        filed = factories.file(clock.now())
    send = Sender(visitor, "/track")
    send("/track", number=filed.receipt_no, code=filed.query_code)
    for text in TEXTS:
        _forget(app)
        for path, fields in (
            ("/track", {"number": text, "code": text}),
            ("/track", {"number": filed.receipt_no, "code": text}),
            ("/mine", {"phone": text}),
            ("/mine/code", {"phone": text, "code": text}),
            ("/mine/code", {"phone": "13812341234", "code": text}),
            (f"/track/{filed.receipt_no}", {"act": text, "reason": text}),
            (f"/track/{filed.receipt_no}", {"act": "rate", "speed": text, "result": text, "manner": text}),
            (f"/track/{filed.receipt_no}", {"act": "supplement", "text": text}),
        ):
            assert send(path, **fields).status_code in CALM, (path, text)
        if len(text) < 2000:
            spelled = quote(text.encode("utf-8", "surrogatepass"), safe="")
            for path in ("/evaluate/", "/track/", "/complain/draft/", "/complain/step/", "/complain/", "/track?n="):
                assert visitor.get(f"{path}{spelled}").status_code in CALM | {200, 308}, (path, text)

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
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.models.attempt import Attempt
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.feedback import Evaluation
from app.models.message import Message
from app.models.scope import acting
from tests import factories
from tests.doors.naughtily import REFUSED, Sender, calm, sent
from tests.doors.naughty import KINDS, TEXTS, some

FORM = "/complain/A10?region=410105"
FREE = ("title", "body", "respondent.name", "complainant.name", "complainant.org_name", "form.fee_name")
STRICT = (
    *("occurred_on", "form.fee_amount", "form.fee_date", "complainant.kind", "complainant.anonymous"),
    *("complainant.phone", "promise", "is_confidential", "token", "attachments"),
)
TITLE = re.compile(r'class="chosen">\s*<div><dt>[^<]*</dt><dd>(.*?)</dd>', re.DOTALL)
BODY = re.compile(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', re.DOTALL)
CALM = {303, 403, 404, 410, *REFUSED}


def test_there_are_enough_of_them():
    assert len(TEXTS) == len(set(TEXTS)) >= 500
    assert all(KINDS.values())
    assert {text for text in some("all kinds") for kind in KINDS.values() if text in kind}


def _latest(app):
    with app.app_context(), acting(SYSTEM):
        case = db.session.scalars(select(Case).order_by(Case.id.desc())).first()
        found = {"title": case.title, "body": case.body, "respondent.name": case.respondent.name}
        found |= {"complainant.name": case.complainant.name, "complainant.org_name": case.complainant.org_name}
        return case.receipt_no, {**found, "form.fee_name": case.form.get("fee_name")}


def test_free_texts_are_stored_byte_by_byte_and_shown_escaped_or_refused(app, visitor, complaint):
    send, stored, texts = Sender(visitor, FORM), 0, some("free")
    for text in texts:
        answer = calm(send(FORM, **{**complaint, **dict.fromkeys(FREE, text), "token": ""}), 303, about=text)
        if answer.status_code != 303:
            assert answer.text.count("<script") <= 2
            continue
        stored += 1
        number, kept = _latest(app)
        assert set(kept.values()) == {sent(text).strip()}, repr(text)
        code = re.findall(r"<dd>(.*?)</dd>", visitor.get("/complain/done").text)[1]
        opened = visitor.send("/track", number=number, code=re.sub("<[^>]*>", "", code))
        shown = visitor.get(opened.location).text
        title = html.unescape(TITLE.findall(shown)[0])
        assert title == sent(text).strip(), repr(text)
        assert shown.count("<script") == 1
    assert stored > len(texts) // 3


@pytest.mark.parametrize("name", STRICT)
def test_fields_with_a_form_of_their_own_refuse_in_words(visitor, complaint, name):
    send = Sender(visitor, FORM)
    for text in some(name, 2):
        calm(send(FORM, **{**complaint, "token": "", name: text}), 303, about=(name, text))


def test_steps_keep_naughty_texts_as_they_are(visitor, complaint):
    send = Sender(visitor, "/complain")
    for text in some("steps", 2):
        calm(send("/complain", matter="A10", region="410105", **{"respondent.name": text}), 303, about=text)
        for field in ("matter", "region"):
            wrong = send("/complain", **{"matter": "A10", "region": "410105", "respondent.name": "x", field: text})
            calm(wrong, about=(field, text))
        send("/complain", matter="A10", region="410105", **{"respondent.name": "x"})
        events = calm(send("/complain/step/events", **{**complaint, **dict.fromkeys(FREE, text)}), 303, about=text)
        contact = {name: text for name in complaint if name.startswith("compl")}
        calm(send("/complain/step/contact", **contact), 303, about=text)
        if events.status_code == 303:
            found = BODY.search(visitor.get("/complain/step/events").text)
            assert html.unescape(found[1]) == sent(text), repr(text)
        assert visitor.get("/complain/step/check").status_code == 200
        calm(send("/complain/step/check", promise=text, code=text, send_code=text), 303, about=text)


def _forget(app):
    with app.app_context(), acting(SYSTEM):
        db.session.query(Attempt).delete()
        db.session.commit()


def test_tracking_phone_and_rating_fields(app, visitor):
    with app.app_context():
        filed = factories.file(clock.now())
    own, token = f"/track/{filed.receipt_no}", _rating_token(app)
    send = Sender(visitor, "/track")
    send("/track", number=filed.receipt_no, code=filed.query_code)
    for text in some("tracking", 2):
        _forget(app)
        for path, fields in (
            ("/track", {"number": text, "code": text}),
            ("/track", {"number": filed.receipt_no, "code": text}),
            ("/mine", {"phone": text}),
            ("/mine/code", {"phone": text, "code": text}),
            ("/mine/code", {"phone": "13812341234", "code": text}),
            (own, {"act": text, "reason": text}),
            (own, {"act": "rate", "speed": text, "result": text, "manner": text}),
            (own, {"act": "supplement", "text": text}),
            (f"/evaluate/{token}", {"speed": text, "result": "5", "manner": "5", "comment": text}),
        ):
            calm(send(path, **fields), 200, 303, 403, about=(path, text))
        if len(text) < 2000:
            spelled = quote(text.encode("utf-8", "surrogatepass"), safe="")
            for path in ("/evaluate/", "/track/", "/complain/draft/", "/complain/step/", "/complain/", "/track?n="):
                assert visitor.get(f"{path}{spelled}").status_code in CALM | {200, 308}, (path, text)


def _rating_token(app):
    with app.app_context():
        case_id = factories.case_in(Status.CLOSED, clock.now(), channel="window")
        with acting(SYSTEM):
            rows = db.session.scalars(select(Message).where(Message.case_id == case_id, Message.kind == "rate"))
            found = re.search(r"/evaluate/([\w-]+)", rows.one().text)[1]
        db.session.remove()
        return found


WORDS = {"supplement": (Status.SUPPLEMENTING, "text"), "withdraw": (Status.PENDING_ACCEPT, "reason")}


@pytest.mark.parametrize("act", WORDS)
def test_words_of_a_complainant_are_kept_byte_by_byte(app, visitor, act):
    status, name = WORDS[act]
    send = Sender(visitor, "/track")
    for text in some(act, 2):
        with app.app_context():
            case_id = factories.case_in(status, clock.now(), channel="online")
            number = factories.read(case_id).receipt_no
        with visitor.session_transaction() as session:
            session["followed"] = {number: [case_id, 2_000_000_000]}
        if calm(send(f"/track/{number}", act=act, **{name: text}), 303, about=text).status_code == 303:
            assert _last_note(app, case_id) == sent(text).strip(), repr(text)


def test_comments_are_kept_byte_by_byte(app, visitor):
    send = Sender(visitor, "/track")
    for text in some("comment", 2):
        token = _rating_token(app)
        answer = send(f"/evaluate/{token}", speed="5", result="4", manner="3", comment=text)
        if calm(answer, 303, about=text).status_code == 303:
            with app.app_context(), acting(SYSTEM):
                row = db.session.scalars(
                    select(Evaluation).order_by(Evaluation.submitted_at.desc().nulls_last())
                ).first()
                assert (row.comment or "") == sent(text).strip(), repr(text)


def _last_note(app, case_id):
    with app.app_context(), acting(SYSTEM):
        events = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq.desc())
        last = db.session.scalars(events).first()
        return last.note or last.facts.get("text") or ""

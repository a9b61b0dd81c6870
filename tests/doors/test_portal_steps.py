"""A complaint in five steps: each kept in a draft, checked at the end, changed from there, filed once."""

from __future__ import annotations

import html
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.attachment import Attachment
from app.models.case import Case
from app.models.draft import Draft
from app.models.message import Message
from app.models.scope import acting
from tests.pages import page

ABOUT = {"matter": "A10", "region": "410105", "respondent.name": "Some office"}
EVENTS, CONTACT, CHECK = "/complain/step/events", "/complain/step/contact", "/complain/step/check"
EVIDENCE = "/complain/step/evidence"


def _rows(app, kind):
    with app.app_context(), acting(SYSTEM):
        rows = list(db.session.scalars(select(kind)))
        for row in rows:
            assert not isinstance(row, Case) or (row.complainant, row.matter)
        return rows


def _only(complaint, *starts):
    return {name: text for name, text in complaint.items() if name.startswith(starts)}


def _typed(visitor, complaint):
    """Steps 1 to 4, sent as they follow each other."""
    assert visitor.send("/complain", **ABOUT).location == EVENTS
    assert visitor.send(EVENTS, **_only(complaint, "title", "body", "occurred_on", "form.")).location == EVIDENCE
    assert visitor.send(EVIDENCE).location == CONTACT
    assert visitor.send(CONTACT, **_only(complaint, "complainant.")).location == CHECK


def test_five_steps_and_a_receipt(app, visitor, complaint):
    _typed(visitor, complaint)
    shown = visitor.get(CHECK).text
    for text in ("A fee that is not on the list", "Some office", "138 1234 1234", "Example Ltd", "1,200.50"):
        assert text in shown
    assert visitor.send(CHECK).status_code == 422
    assert visitor.send(CHECK, promise="yes").location.startswith("/complain/done?n=TS")
    shown = visitor.get("/complain/done").text
    assert shown.count('<img src="data:image/svg+xml') == 1
    (case,) = _rows(app, Case)
    assert (case.title, case.channel, case.form["fee_amount"]) == (complaint["title"], "online", "1200.50")
    assert case.body == complaint["body"]
    assert case.complainant.phone == "13812341234"


def test_a_submission_sent_again_is_one_case_with_the_same_code(app, visitor, complaint):
    _typed(visitor, complaint)
    token = visitor.token(CHECK)
    receipts = []
    for _ in range(2):
        visitor.post(CHECK, data={"promise": "yes", "csrf_token": token})
        receipts.append(re.findall(r"<dd>(.*?)</dd>", visitor.get("/complain/done").text))
        with visitor.session_transaction() as session:
            session.pop("receipt")
    assert receipts[0] == receipts[1]
    assert len(receipts[0]) == 2
    assert len(_rows(app, Case)) == 1
    assert visitor.get(CHECK).location == "/complain/done"
    assert 'value="Some office"' not in visitor.get("/complain").text


def test_change_leads_to_a_step_and_straight_back(visitor, complaint):
    _typed(visitor, complaint)
    links = [html.unescape(link) for link in re.findall(r'class="change"><a href="([^"#]+)#', visitor.get(CHECK).text)]
    assert set(links) == {
        "/complain?back=check",
        *(f"/complain/step/{step}?back=check" for step in ("events", "evidence", "contact")),
    }
    for link in links:
        assert visitor.get(link).status_code == 200
    changed = {**_only(complaint, "title", "body", "form."), "title": "Another title"}
    assert visitor.send(f"{EVENTS}?back=check", **changed).location == CHECK
    assert "Another title" in visitor.get(CHECK).text
    assert visitor.send("/complain?back=check", **ABOUT).location == CHECK


def test_a_company_code_is_checked_and_stored_in_one_spelling(app, visitor, complaint):
    _typed(visitor, complaint)
    about = _only(complaint, "complainant.")
    wrong = visitor.send(CONTACT, **{**about, "complainant.uscc": "91350100M000100Y44"})
    assert (wrong.status_code, 'href="#complainant-uscc"' in wrong.text) == (422, True)
    assert visitor.send(CONTACT, **{**about, "complainant.uscc": "９1350100 m000100y43"}).location == CHECK
    assert "m000100y43" in visitor.get(CHECK).text
    visitor.send(CHECK, promise="yes")
    assert [case.complainant.uscc for case in _rows(app, Case)] == ["91350100M000100Y43"]


def test_each_step_names_what_is_wrong_and_keeps_what_was_typed(visitor, complaint):
    wrong = visitor.send("/complain", matter="ZZ", region="99", **{"respondent.name": "Kept"})
    assert (wrong.status_code, "Kept" in wrong.text) == (422, True)
    assert ('href="#matter"' in wrong.text, 'href="#region"' in wrong.text) == (True, True)
    assert 'href="#respondent-name"' in visitor.send("/complain", **{**ABOUT, "respondent.name": " "}).text
    assert visitor.get(EVENTS).location == "/complain"
    visitor.send("/complain", **ABOUT)
    wrong = visitor.send(EVENTS, title="", body="Kept body", occurred_on="2026-02-30")
    assert wrong.status_code == 422
    assert {"title", "occurred-on", "form-fee-name"} <= set(re.findall(r'<a href="#([\w-]+)">', wrong.text))
    assert "Kept body" in wrong.text
    shown = visitor.get(CHECK)
    assert shown.status_code == 200
    assert f'href="{CONTACT}?back=check#complainant-anonymous"' in shown.text
    assert visitor.send(CHECK, promise="yes").status_code == 422
    assert visitor.get("/complain/step/nonsense").status_code == 404


def test_a_text_too_long_for_a_draft_is_told(visitor, complaint):
    wrong = visitor.send("/complain", **{**ABOUT, "respondent.name": "x" * 200_000})
    assert wrong.status_code == 422
    visitor.send("/complain", **ABOUT)
    assert (
        visitor.send(CONTACT, **{**_only(complaint, "complainant."), "is_confidential": "x" * 200_000}).status_code
        == 422
    )


def test_files_are_kept_with_the_draft(app, visitor, complaint):
    _typed(visitor, complaint)
    data = {"files": (io.BytesIO(b"some words"), "说明.txt"), "csrf_token": visitor.token(EVIDENCE)}
    assert visitor.post(EVIDENCE, data=data, content_type="multipart/form-data").location == CONTACT
    assert "说明.txt" in visitor.get(CHECK).text
    data = {"files": (io.BytesIO(b"MZ\x90\0"), "a.exe"), "csrf_token": visitor.token(EVIDENCE)}
    assert visitor.post(EVIDENCE, data=data, content_type="multipart/form-data").status_code == 422
    visitor.send(CHECK, promise="yes")
    assert [row.name for row in _rows(app, Attachment)] == ["说明.txt"]


def test_a_draft_is_sealed_goes_on_elsewhere_by_its_link_and_is_gone_after_a_day(app, visitor, complaint, monkeypatch):
    _typed(visitor, complaint)
    (row,) = _rows(app, Draft)
    assert "Some office" not in row.body_sealed
    assert str(row) == str(row.id)
    link = re.search(r'href="(/complain/draft/[\w-]+)"', visitor.get(EVENTS).text)[1]
    other = page(app)
    assert other.get(link).location == EVENTS
    assert complaint["title"] in other.get(EVENTS).text
    assert page(app).get("/complain/draft/nonsense").status_code == 404
    later = clock.real() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(type(clock), "real", lambda _: later)
    assert other.get(EVENTS).location == "/complain"
    assert page(app).get(link).status_code == 404


@pytest.mark.parametrize("path", ["/complain/discard", "/complain/finish"])
def test_a_draft_is_thrown_away(app, visitor, complaint, path):
    _typed(visitor, complaint)
    assert visitor.send(path, page=EVENTS).location == "/"
    assert not _rows(app, Draft)
    assert visitor.get(EVENTS).location == "/complain"


def test_a_changed_draft_that_was_filed_in_another_window_asks_before_it_files_again(app, visitor, complaint):
    _typed(visitor, complaint)
    visitor.send(CHECK, promise="yes")
    with app.app_context(), acting(SYSTEM):
        row = db.session.scalar(select(Draft))
        row.body = row.body.replace('"is_filed": true', '"is_filed": false')
        db.session.commit()
    visitor.send(CONTACT, **{**_only(complaint, "complainant."), "complainant.name": "Li"})
    assert visitor.send(CHECK, promise="yes").status_code == 422
    assert visitor.send(CHECK, promise="yes").status_code == 303
    assert len(_rows(app, Case)) == 2


def test_who_passed_a_link_on_does_not_read_what_is_typed_behind_it(app, visitor, complaint):
    visitor.send("/complain", **ABOUT)
    link = re.search(r'href="(/complain/draft/[\w-]+)"', visitor.get(EVENTS).text)[1]
    assert visitor.get(link).location == EVENTS
    assert len(_rows(app, Draft)) == 1
    somebody = page(app)
    somebody.get(link)
    somebody.send(EVENTS, **{**_only(complaint, "form."), **{name: complaint[name] for name in ("title", "body")}})
    somebody.send(CONTACT, **_only(complaint, "complainant."))
    assert complaint["body"].splitlines()[0] in somebody.get(CHECK).text
    for path in (EVENTS, CONTACT, CHECK):
        assert complaint["title"] not in visitor.get(path).text
        assert complaint["complainant.name"] not in visitor.get(path).text
    tokens = {json.loads(row.body)["token"] for row in _rows(app, Draft)}
    assert len(tokens) == 2


@pytest.fixture
def checking(app, visitor, monkeypatch):
    """Phones are proved at filing."""
    visitor.get("/language/en")
    monkeypatch.setitem(app.config, "HUIYIN", replace(app.config["HUIYIN"], phone_check=True))


def test_a_phone_is_proved_by_a_code_before_a_complaint_is_taken(app, visitor, complaint, checking):
    visitor.get("/lang/en")
    _typed(visitor, complaint)
    assert visitor.get("/complain/A10?region=410105").location == "/complain?matter=A10"
    assert visitor.send(CHECK, promise="yes").status_code == 422
    assert not _rows(app, Case)
    assert "on its way" in visitor.send(CHECK, send_code="1").text
    assert "none is sent now" in visitor.send(CHECK, send_code="1").text
    code = re.search(r"[0-9]{6}", next(row for row in _rows(app, Message) if row.kind == "otp").text)[0]
    assert visitor.send(CHECK, promise="yes", code="nonsense").status_code == 422
    assert visitor.send(CHECK, promise="yes", code=code).location.startswith("/complain/done?n=TS")
    assert len(_rows(app, Case)) == 1


def test_wrong_codes_are_shut_and_no_mobile_needs_none(app, visitor, complaint, checking):
    visitor.get("/lang/en")
    _typed(visitor, complaint)
    for _ in range(10):
        visitor.send(CHECK, promise="yes", code="1")
    assert "15 minutes" in visitor.send(CHECK, promise="yes", code="1").text
    visitor.send(CONTACT, **{**_only(complaint, "complainant."), "complainant.phone": "0371-65500000"})
    assert visitor.send(CHECK, promise="yes").status_code == 303


def test_leaving_quickly_forgets_everything_in_this_browser(app, visitor, complaint, monkeypatch):
    _typed(visitor, complaint)
    assert 'href="/quit"' in visitor.get(EVENTS).text
    visitor.send(CHECK, promise="yes")
    assert visitor.get("/quit").location == "/"
    assert visitor.get("/complain/done").location == "/track"
    assert visitor.get(CHECK).location == "/complain"
    monkeypatch.setitem(app.config, "HUIYIN", replace(app.config["HUIYIN"], leave_url="https://www.example.com/"))
    assert visitor.get("/quit").location == "https://www.example.com/"

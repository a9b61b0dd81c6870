"""Following a complaint by number and code, and rating its answer once."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.domain.numbers import CODE_BYTES, query_code
from app.extensions import clock, db, keyring
from app.models.message import Message
from app.models.scope import acting
from app.operations.filing import ComplainantFacts
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


def _followed(visitor, number, code):
    """The progress page, opened by number and code."""
    answer = visitor.send("/track", number=number, code=code)
    assert answer.status_code == 303, answer.status_code
    return visitor.get(answer.location)


def _act(visitor, filed, act, **said):
    return visitor.send(f"/track/{filed.receipt_no}", act=act, **said)


def test_a_right_pair_shows_the_progress_in_any_spelling(visitor, made):
    number, code, _ = made(Status.INVESTIGATING)
    spelled = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    answer = _followed(visitor, number.lower(), spelled)
    assert answer.status_code == 200
    assert "410105" not in answer.text
    assert answer.text.count("<time ") == 4
    assert answer.text.count('aria-current="step"') == 1
    assert "Wang" not in answer.text
    assert "13812341234" not in answer.text


def test_a_closed_case_shows_its_answer_and_a_refused_one_why(app, visitor, made):
    number, code, _ = made(Status.CLOSED)
    assert "The fee was paid back." in _followed(visitor, number, code).text
    with app.app_context():
        filed = factories.file(clock.now())
        why = "This is a dispute between private parties."
        factories.do(filed.case_id, "reject", factories.centre(), clock.now(), reason_code="civil_dispute", reason=why)
    assert why in _followed(visitor, filed.receipt_no, filed.query_code).text


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
    assert "SECRET" not in re.sub(r'href="/(?:language|look)/[^"]*"', "", text)


def _tries(visitor, number, code, times):
    return [visitor.send("/track", number=number, code=code).status_code for _ in range(times)]


def test_five_wrong_tries_shut_a_number_and_an_address(app, visitor, made, monkeypatch):
    number, code, _ = made(Status.PENDING_ACCEPT)
    other, other_code, _ = made(Status.PENDING_ACCEPT)
    assert _tries(visitor, number, code, 7) == [303] * 7
    assert _tries(visitor, number, "0" * 16, 5) == [403] * 5
    shut = visitor.send("/track", number=number, code=code)
    assert (shut.status_code, 0 < int(shut.headers["Retry-After"]) <= 900) == (429, True)
    assert visitor.send("/track", number=other, code=other_code).status_code == 429
    elsewhere = page(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.send("/track", number=number, code=code).status_code == 429
    assert elsewhere.send("/track", number=other, code=other_code).status_code == 303
    later = clock.real() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(type(clock), "real", lambda _: later)
    assert visitor.send("/track", number=number, code=code).status_code == 303


def test_known_and_unknown_numbers_are_shut_alike(app, made):
    number, _, _ = made(Status.PENDING_ACCEPT)
    answers = []
    for place, tried in enumerate((number, "TS2601010000017")):
        browser = page(app)
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        answers.append(_tries(browser, tried, "0" * 16, 7))
    assert answers == [[403] * 5 + [429] * 2] * 2


def test_a_case_is_followed_for_half_an_hour_by_its_own_browser_alone(app, visitor, made, monkeypatch):
    number, code, _ = made(Status.PENDING_ACCEPT)
    _followed(visitor, number, code)
    assert visitor.get(f"/track/{number}").status_code == 200
    assert page(app).get(f"/track/{number}").location == f"/track?n={number}"
    assert visitor.send("/track/leave", page=f"/track/{number}").location == "/"
    assert visitor.get(f"/track/{number}").status_code == 303
    _followed(visitor, number, code)
    later = clock.real() + timedelta(minutes=31)
    monkeypatch.setattr(type(clock), "real", lambda _: later)
    assert visitor.get(f"/track/{number}").status_code == 303
    assert visitor.get(f"/track/{number}/withdraw").status_code == 303


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


def test_made_up_rating_tokens_are_counted(visitor, made):
    _, _, token = made(Status.CLOSED)
    assert [visitor.get("/evaluate/nonsense").status_code for _ in range(12)] == [404] * 10 + [429] * 2
    shut = visitor.get(f"/evaluate/{token}")
    assert (shut.status_code, 0 < int(shut.headers["Retry-After"]) <= 900) == (429, True)


def test_what_was_asked_for_is_sent_from_the_progress_page(visitor, db):
    filed = factories.file()
    factories.do(filed.case_id, "request_supplement", factories.centre(), what="The contract, please.", days=10)
    assert "The contract, please." in _followed(visitor, filed.receipt_no, filed.query_code).text
    assert _act(visitor, filed, "supplement", text=" ").status_code == 422
    assert factories.status_of(filed.case_id) == "supplementing"
    assert _act(visitor, filed, "supplement", text="Here it is.").status_code == 303
    assert factories.status_of(filed.case_id) == "pending_accept"
    assert _act(visitor, filed, "supplement", text="Once more.").status_code == 422


def test_files_come_with_a_supplement_and_only_while_it_is_asked_for(visitor, db, tmp_path, monkeypatch):
    from app.domain.access import complainant
    from app.domain.errors import Refused
    from app.extensions import files as kept
    from app.gateways.storage import FolderStorage
    from app.operations import attachments

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    filed = factories.file()
    factories.do(filed.case_id, "request_supplement", factories.centre(), what="The contract, please.", days=10)
    shown = _followed(visitor, filed.receipt_no, filed.query_code).text
    assert "multipart/form-data" in shown

    def send(name, content, text):
        token = visitor.token(f"/track/{filed.receipt_no}")
        data = {"act": "supplement", "text": text, "files": (io.BytesIO(content), name), "csrf_token": token}
        return visitor.post(f"/track/{filed.receipt_no}", data=data, content_type="multipart/form-data")

    wrong = send("page.html", b"<p>", "Here it is.")
    assert (wrong.status_code, 'href="#attachments"' in wrong.text) == (422, True)
    wrong = send("合同.txt", b"words", " ")
    assert (wrong.status_code, "合同.txt" in wrong.text) == (422, True)
    assert send("合同.txt", b"words", "Here it is.").status_code == 303
    centre = factories.centre()
    db.session.remove()
    with acting(centre):
        found = attachments.of_case(attachments.load(filed.case_id), centre)
        assert [each.name for each in found] == ["合同.txt"]
    db.session.remove()
    with acting(complainant(filed.case_id)), pytest.raises(Refused):
        attachments.add(filed.case_id, ["any"], complainant(filed.case_id), clock.now())


def test_nodes_have_days_and_promises(visitor, made):
    number, code, _ = made(Status.PENDING_ACCEPT)
    shown = _followed(visitor, number, code).text
    stages = re.findall(r'<li class="(past|now|)"[^>]*>(.*?)</li>', shown)
    assert [state for state, _ in stages] == ["now", "", "", "", ""]
    assert ["<small>" in text for _, text in stages] == [True, True, False, False, False]
    number, code, _ = made(Status.INVESTIGATING)
    stages = re.findall(r'<li class="(past|now|)"[^>]*>(.*?)</li>', _followed(visitor, number, code).text)
    assert [state for state, _ in stages] == ["past", "past", "now", "", ""]
    assert ["<small>" in text for _, text in stages] == [True, True, True, False, True]


def test_nobody_else_acts_on_a_case(app, visitor, made, complaint):
    number, code, _ = made(Status.PENDING_ACCEPT)
    _followed(visitor, number, code)
    other, _, _ = made(Status.PENDING_ACCEPT)
    token = visitor.token("/track")
    sent = visitor.post(f"/track/{other}", data={"act": "withdraw", "reason": "mine", "csrf_token": token})
    assert sent.location == f"/track?n={other}"


def test_a_complaint_is_withdrawn_after_being_asked_once_more(visitor, db):
    filed = factories.file()
    _followed(visitor, filed.receipt_no, filed.query_code)
    assert visitor.get(f"/track/{filed.receipt_no}/withdraw").status_code == 200
    wrong = _act(visitor, filed, "withdraw", reason="x" * 5000)
    assert (wrong.status_code, 'href="#reason"' in wrong.text) == (422, True)
    assert _act(visitor, filed, "withdraw", reason="We have come to terms.").status_code == 303
    assert factories.status_of(filed.case_id) == "withdrawn"
    assert visitor.get(f"/track/{filed.receipt_no}/withdraw").status_code == 303
    assert _act(visitor, filed, "nonsense").status_code == 422


def test_without_a_phone_the_answer_is_rated_behind_the_code(visitor, db, monkeypatch):
    nobody = ComplainantFacts(is_anonymous=True)
    case_id = factories.case_in(Status.CLOSED, clock.now(), complainant=nobody, channel="online", code_secret="s")
    number, code = factories.read(case_id).receipt_no, _code_of("s")
    db.session.remove()
    assert 'value="rate"' in _followed(visitor, number, code).text
    assert visitor.send(f"/track/{number}", act="rate", speed="5").status_code == 422
    late = clock.now() + timedelta(days=31)
    with monkeypatch.context() as moved:
        moved.setattr(type(clock), "now", lambda _: late)
        assert 'value="rate"' not in visitor.get(f"/track/{number}").text
    assert visitor.send(f"/track/{number}", act="rate", **STARS).status_code == 303
    assert factories.read(case_id).evaluated_at is not None
    db.session.remove()
    assert visitor.send(f"/track/{number}", act="rate", **STARS).status_code == 422


def test_with_a_phone_the_answer_is_not_rated_behind_the_code(visitor, made):
    number, code, _ = made(Status.CLOSED)
    assert 'value="rate"' not in _followed(visitor, number, code).text
    assert visitor.send(f"/track/{number}", act="rate", **STARS).status_code == 422


def _code_of(secret):
    return query_code(bytes.fromhex(keyring.index(f"query code of {secret}"))[:CODE_BYTES])

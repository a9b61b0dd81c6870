"""Guessing at codes: no spelling, header, door or number of threads gets more tries than are promised."""

from __future__ import annotations

import re
import threading
import time

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, complainant
from app.domain.lifecycle import Status
from app.domain.numbers import is_valid_number, normalise_number
from app.extensions import clock, db
from app.models.housekeeping import Lookup
from app.models.message import Message
from app.models.otp import Otp
from app.models.scope import acting
from app.operations import evaluation, otps, tracking
from tests import factories
from tests.pages import page

PHONE, STRANGE = "13812341234", "13900000000"
THREADS, CODES, TOKENS, OTPS = 20, 5, 10, 5
WRONG = "0" * 16
TIMES = re.compile(r'(?:value|nonce)="[^"]*"|TS\d{13}|1\d{10}|[0-9a-f]{8}')


def _browser(app, address):
    browser = page(app)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def _together(count, act):
    """Call `act(0)` to `act(count - 1)` at the same moment, each in a thread; what they answered."""
    start, answers = threading.Barrier(count), [None] * count

    def run(number):
        start.wait()
        answers[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _post_together(browsers, path, form, page_of=""):
    """Post at the same moment from each browser, its token taken before."""
    tokens = [browser.token(page_of or path) for browser in browsers]
    return _together(
        len(browsers), lambda n: browsers[n].post(path, data={**form(n), "csrf_token": tokens[n]}).status_code
    )


@pytest.fixture
def slow(monkeypatch):
    """Make an operation slow, so that whoever may look looks at the same moment; counts how many looked."""

    def make(module, name):
        looked, inner = [], getattr(module, name)

        def slower(*args, **kwargs):
            looked.append(1)
            time.sleep(0.05)
            return inner(*args, **kwargs)

        monkeypatch.setattr(module, name, slower)
        return looked

    return make


@pytest.fixture
def filed(app, visitor):
    """Make a case, filed now: its numbers and code."""

    def make(**changes):
        with app.app_context():
            return factories.file(clock.now(), **changes)

    return make


def _numbers(app, case_id):
    with app.app_context():
        case = factories.read(case_id)
        return case.receipt_no, case.case_no


def _token(app, case_id):
    with app.app_context(), acting(SYSTEM):
        row = db.session.scalars(select(Message).where(Message.case_id == case_id, Message.kind == "rate")).one()
        return re.search(r"/evaluate/([\w-]+)", row.text)[1]


# --- query codes ------------------------------------------------------------------------------------------------


def test_other_spellings_of_a_number_are_the_same_number(app, filed):
    number = filed().receipt_no
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    spelled = (number, number.lower(), f" {number[:8]}-{number[8:]}", wide, f"{number[:2]} {number[2:]}\u2010")
    assert {normalise_number(each) for each in spelled} == {number}
    tried = [
        _browser(app, f"192.0.2.{place}").send("/track", number=each, code=WRONG).status_code
        for place, each in enumerate((*spelled, number, wide))
    ]
    assert tried == [403] * CODES + [429] * 2


def test_both_numbers_of_a_case_are_one_case(app, visitor):
    with app.app_context():
        case_id = factories.case_in(Status.PENDING_DISPATCH, clock.now())
    numbers = _numbers(app, case_id)
    assert len(set(numbers)) == 2
    tried = [
        _browser(app, f"192.0.2.{place}").send("/track", number=numbers[place % 2], code=WRONG).status_code
        for place in range(7)
    ]
    assert tried == [403] * CODES + [429] * 2


def test_nothing_in_the_headers_makes_another_address(app, filed):
    number, headers = (
        filed().receipt_no,
        ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"),
    )
    browser = page(app)
    token = browser.token("/track")
    tried = []
    for place in range(8):
        sent = {"number": f"TS26010100000{place:02}", "code": WRONG, "csrf_token": token}
        spoofed = {name: f"for=192.0.2.{place}" if name == "Forwarded" else f"192.0.2.{place}" for name in headers}
        tried.append(browser.post("/track", data=sent, headers=spoofed).status_code)
    assert tried == [403] * CODES + [429] * 3
    assert _browser(app, "192.0.2.1").send("/track", number=number, code=WRONG).status_code == 403


def test_an_ipv6_customer_has_one_address(app, filed):
    tried = [
        _browser(app, f"2001:db8:0:1::{place:x}").send("/track", number=f"TS26010100000{place:02}", code=WRONG)
        for place in range(7)
    ]
    assert [each.status_code for each in tried] == [403] * CODES + [429] * 2


def test_twenty_threads_get_five_codes(app, filed, slow):
    number, looked = filed().receipt_no, slow(tracking, "case_by_code")
    browsers = [_browser(app, f"192.0.2.{place}") for place in range(THREADS)]
    answers = _post_together(browsers, "/track", lambda n: {"number": number, "code": f"{n:016}"})
    assert sorted(answers) == [403] * CODES + [429] * (THREADS - CODES)
    assert len(looked) == CODES


def test_right_ones_take_no_try_away(app, filed):
    made = filed()
    browser = page(app)
    for _ in range(CODES + 2):
        assert browser.send("/track", number=made.receipt_no, code=made.query_code).status_code == 303
    assert browser.send("/track", number=made.receipt_no, code=WRONG).status_code == 403


def test_what_is_shut_at_one_door_has_no_other_door(app, filed, rest):
    """By number REST shows what is in scope, to who is signed in, and takes no code; pages of a case ask for one."""
    number = filed().receipt_no
    browser = page(app)
    for path in (f"/track/{number}", f"/track/{number}/withdraw"):
        assert browser.get(path).location == f"/track?n={number}"
    token = browser.token("/track")
    for act in ("supplement", "withdraw", "rate"):
        sent = browser.post(f"/track/{number}", data={"act": act, "text": "x", "reason": "xx", "csrf_token": token})
        assert sent.location == f"/track?n={number}"
    assert app.test_client().get(f"/api/v1/cases/by-number/{number}?code={WRONG}").status_code == 401
    assert rest("api_client")("GET", f"cases/by-number/{number}?code={WRONG}").status_code == 404


def test_made_up_drafts_and_receipts_lead_nowhere(app, filed):
    browser = page(app)
    for token in ("x", "A" * 32, "../", "%00", "0"):
        assert browser.get(f"/complain/draft/{token}").status_code in {400, 404, 308}
    browser.set_cookie("draft", "A" * 32)
    assert browser.get("/complain/step/check").location == "/complain"
    assert browser.get("/complain/done").location == "/track"


def test_known_and_unknown_numbers_get_the_same_page(app, filed):
    number = filed().receipt_no
    strange = next(each for each in (f"TS26010100001{n:02}" for n in range(99)) if is_valid_number(each))
    pages = [
        _browser(app, f"192.0.2.{place}").send("/track", number=each, code=WRONG)
        for place, each in enumerate((number, strange))
    ]
    assert len({(each.status_code, TIMES.sub("", each.text)) for each in pages}) == 1
    assert {name for name, _ in pages[0].headers} == {name for name, _ in pages[1].headers}


# --- codes by text message --------------------------------------------------------------------------------------


def _sent_code(app):
    with app.app_context(), acting(SYSTEM):
        row = db.session.scalars(select(Message).where(Message.kind == "otp").order_by(Message.id.desc())).first()
        return re.search(r"[0-9]{6}", row.text)[0]


def test_a_code_has_five_tries_from_wherever_they_come(app, filed):
    filed()
    page(app).send("/mine", phone=PHONE)
    code = _sent_code(app)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    browsers = [_browser(app, f"192.0.2.{place}") for place in range(THREADS)]
    answers = _post_together(browsers, "/mine/code", lambda _: {"phone": PHONE, "code": wrong}, "/mine")
    assert answers == [403] * THREADS
    with app.app_context():
        assert db.session.scalars(select(Otp.tries)).all() == [OTPS]
    assert page(app).send("/mine/code", page="/mine", phone=PHONE, code=code).status_code == 403


def test_a_right_code_opens_once_for_twenty_threads(app, filed):
    filed()
    page(app).send("/mine", phone=PHONE)
    code = _sent_code(app)
    browsers = [_browser(app, f"192.0.2.{place}") for place in range(THREADS)]
    spelled = (code, f" {code} ", f"{code[:3]}-{code[3:]}", "".join(chr(ord(char) + 0xFEE0) for char in code))
    answers = _post_together(browsers, "/mine/code", lambda n: {"phone": PHONE, "code": spelled[n % 4]}, "/mine")
    assert sorted(answers) == [303] + [403] * (THREADS - 1)


def test_twenty_threads_of_one_address_try_ten_codes(app, visitor, slow):
    looked = slow(otps, "is_right")
    browsers = [page(app) for _ in range(THREADS)]
    answers = _post_together(browsers, "/mine/code", lambda n: {"phone": f"139000000{n:02}", "code": "1"}, "/mine")
    assert sorted(answers) == [403] * TOKENS + [429] * (THREADS - TOKENS)
    assert len(looked) == TOKENS


def test_twenty_threads_get_one_message(app, filed):
    filed()
    browsers = [_browser(app, f"192.0.2.{place}") for place in range(THREADS)]
    spelled = (PHONE, "+86 138-1234-1234", "１３８１２３４１２３４", f"0086{PHONE}")
    answers = _post_together(browsers, "/mine", lambda n: {"phone": spelled[n % len(spelled)]})
    with app.app_context(), acting(SYSTEM):
        sent = db.session.scalars(select(Message.id).where(Message.kind == "otp")).all()
        assert len(sent) == answers.count(200) == 1
    assert set(answers) <= {200, 429}


def test_known_and_unknown_phones_get_the_same_pages(app, filed):
    filed()
    seen = []
    for place, phone in enumerate((PHONE, STRANGE)):
        browser = _browser(app, f"192.0.2.{place}")
        steps = [browser.send("/mine", phone=phone), browser.send("/mine", phone=phone)]
        steps += [browser.send("/mine/code", page="/mine", phone=phone, code="000000") for _ in range(12)]
        seen.append([(each.status_code, TIMES.sub("", each.text).replace(phone, "")) for each in steps])
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [200, 429] + [403] * 10 + [429] * 2


def test_a_code_for_one_purpose_or_phone_is_none_for_another(app, filed):
    filed()
    with app.app_context(), acting(complainant(0)):
        assert otps.send(PHONE, "filing", "192.0.2.1", clock.now(), clock.real()) is None
    code = _sent_code(app)
    assert page(app).send("/mine/code", page="/mine", phone=PHONE, code=code).status_code == 403
    assert page(app).send("/mine/code", page="/mine", phone=STRANGE, code=code).status_code == 403


# --- rating tokens ----------------------------------------------------------------------------------------------


def test_twenty_threads_look_at_ten_tokens(app, visitor, slow):
    looked = slow(evaluation, "case_of")
    answers = _together(THREADS, lambda n: page(app).get(f"/evaluate/made-up-{n}").status_code)
    assert sorted(answers) == [404] * TOKENS + [429] * (THREADS - TOKENS)
    assert len(looked) == TOKENS


def test_twenty_threads_rate_once(app, visitor):
    with app.app_context():
        case_id = factories.case_in(Status.CLOSED, clock.now(), channel="window")
    token = _token(app, case_id)
    browsers = [_browser(app, f"192.0.2.{place}") for place in range(THREADS)]
    stars = {"speed": "5", "result": "4", "manner": "3"}
    answers = _post_together(browsers, f"/evaluate/{token}", lambda _: stars)
    assert answers.count(303) == 1
    assert set(answers) == {303, 410}


def test_posts_and_gets_of_tokens_are_counted_together(app, visitor):
    browser = page(app)
    csrf = browser.token("/track")
    tried = []
    for turn in range(6):
        tried.append(browser.get(f"/evaluate/get-{turn}").status_code)
        tried.append(browser.post(f"/evaluate/post-{turn}", data={"csrf_token": csrf}).status_code)
    assert tried == [404] * TOKENS + [429] * 2


# --- the desk ---------------------------------------------------------------------------------------------------


def test_forty_threads_of_one_clerk_look_up_thirty_times(app, office):
    browser = office.sign_in("caller")
    token, cookies = browser.token("/admin/desk/find/"), browser.get_cookie("huiyin")
    texts = (PHONE, "138-1234-1234", "Example Ltd", "91350100M000100Y43")

    def look(number):
        own = page(app)
        own.set_cookie("huiyin", cookies.value)
        sent = {"q": texts[number % len(texts)], "csrf_token": token}
        return own.post("/admin/desk/find/", data=sent).status_code

    for _ in range(25):
        look(0)
    assert sorted(_together(15, look)) == [200] * 5 + [429] * 10
    with app.app_context(), acting(SYSTEM):
        assert len(db.session.scalars(select(Lookup.id)).all()) == 30

"""The page of a case and the dialogs of its verbs: as a page, in a drawer, while somebody else is there too."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.admin.filters import span
from app.extensions import clock, db
from app.models.account import SignIn
from tests.factories import CENTRE

DRAWER = {"HX-Target": "drawer-body"}


def here(browser, case_id):
    return browser.get(f"/admin/cases/{case_id}/here").text


def test_the_head_tells_status_and_the_nearest_limit_in_words_tone_and_shape(office):
    case_id = office.case("pending_confirm")
    page = office.sign_in("dispatcher").get(f"/admin/cases/show/{case_id}").text
    head = page[page.index('<div class="card hy-case-head">') : page.index('<div class="hy-columns">')]
    assert re.search(r'hy-badge hy-badge-note"><svg.*?</svg>To be signed for', head, re.DOTALL)
    assert re.search(r'hy-countdown hy-(good|soon)"><svg.*?working day.*?Limit for signing', head, re.DOTALL)
    assert page.count("<h1") == 1


def test_verbs_that_cannot_be_done_now_are_in_the_menu_with_the_reason(office):
    case_id = office.case("pending_accept")
    page = office.sign_in("platform_admin").get(f"/admin/cases/show/{case_id}").text
    more = page[page.index('<details class="hy-more">') : page.index("</details>", page.index("hy-more"))]
    assert "Not possible in status To be accepted." in more
    assert "Your role does not do this." in more
    assert re.search(rf'href="/admin/cases/{case_id}/do/\w+"', more), "the fifth and later verbs that can be done"
    row = page[page.index('class="hy-verbs') : page.index('<details class="hy-more">')]
    assert row.count("btn-primary") == 1
    assert row.count("/do/") == 2 * 4  # each with its page, and the same for the drawer


def test_the_timeline_is_newest_first_and_tells_how_long_each_step_took(office):
    filed = office.now - timedelta(days=1, hours=2)
    case_id = office.case("pending_accept", at=filed)
    browser = office.sign_in("intake")
    browser.send(f"/admin/cases/{case_id}/do/accept", note="All is there.")
    page = browser.get(f"/admin/cases/show/{case_id}").text
    steps = re.findall(r'hy-step-head"><strong>([^<]+)', page)
    assert steps == ["Accept", "File"]
    assert re.search(r"Since the step before:</span> 1 d 2 h", page)
    assert "All is there." in page


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (None, ""),
        (timedelta(seconds=59), ""),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=3, hours=4, minutes=9), "3 d 4 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(app, time, words):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        from flask import session

        session["locale"] = "en"
        assert span(time) == words


def test_in_a_drawer_the_case_has_no_frame_and_its_verbs_lead_to_pages(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    whole, part = (browser.get(f"/admin/cases/show/{case_id}", headers=headers).text for headers in ({}, DRAWER))
    assert ("<main" in whole, "<main" in part, "<h1" in part) == (True, False, False)
    link = f'href="/admin/cases/{case_id}/do/accept"'
    assert f'{link} hx-get="/admin/cases/{case_id}/do/accept" hx-target="#drawer-body"' in whole
    assert (link in part, f"{link} hx-get" in part) == (True, False)


def test_a_verb_in_the_drawer_shows_its_faults_there_and_leaves_for_the_case_when_done(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    path, show = f"/admin/cases/{case_id}/do/reject", f"/admin/cases/show/{case_id}"
    asked = browser.get(path, headers=DRAWER).text
    assert (f'hx-post="{path}" hx-target="#drawer-body"' in asked, "<main" in asked) == (True, False)
    token = {"csrf_token": browser.token(path)}
    wrong = browser.post(path, data=token, headers=DRAWER)
    assert (wrong.status_code, "<main" in wrong.text, "hy-summary" in wrong.text) == (422, False, True)
    assert '<a href="#fact-reason_code">Ground: ' in wrong.text
    good = {**token, "reason_code": "unclear", "reason": "Nobody can tell what is meant here."}
    done = browser.post(path, data=good, headers=DRAWER)
    assert (done.status_code, done.headers["HX-Redirect"], done.text) == (204, show, "")
    assert "Do not accept: done." in browser.get(show).text
    late = browser.get(path, headers=DRAWER)
    assert (late.status_code, late.headers["HX-Redirect"]) == (204, show)
    assert "Not possible in status Not accepted." in browser.get(show).text


def test_a_form_that_was_refused_keeps_what_was_typed_and_says_so_in_its_title(office):
    case_id = office.case("pending_accept")
    browser = office.sign_in("intake")
    answer = browser.send(f"/admin/cases/{case_id}/do/reject", reason_code="unclear", reason="short")
    assert answer.status_code == 422
    assert re.search(r"<title>\s*Error: Do not accept", answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert re.search(rf'data-draft="\d+:{case_id}:reject"', answer.text)


@pytest.fixture
def present(office, valkey, monkeypatch):
    """Presence is asked for again, whatever an earlier test without Redis has found."""
    monkeypatch.setattr(office.app.extensions["huiyin.presence"], "_away_until", 0.0)


def test_who_else_has_the_case_open_is_told_by_name_within_scope_only(office, present):
    case_id = office.case("pending_confirm")
    one, other = office.sign_in("dispatcher"), office.sign_in("supervisor")
    unit, stranger = office.sign_in("handler"), office.sign_in("handler", at="410300-ZJ")
    assert here(one, case_id).strip() == ""
    seen = here(other, case_id)
    assert "Has this case open too:" in seen
    assert here(unit, case_id).count("hy-here") == 1
    assert stranger.get(f"/admin/cases/{case_id}/here").status_code == 404
    assert here(other, case_id) != seen, "the unit has come"
    assert f'hx-get="/admin/cases/{case_id}/here"' in one.get(f"/admin/cases/show/{case_id}").text


def test_who_merely_filed_a_case_neither_sees_nor_is_seen(office, present):
    from app.domain.access import Role
    from app.models.officer import Officer
    from tests.factories import actor, file

    window = office.sign_in("window")
    with office.app.app_context():
        user_id = db.session.query(Officer.id).order_by(Officer.id.desc()).first()[0]
        case_id = file(office.now, actor(Role.WINDOW, at=CENTRE, user_id=user_id)).case_id
    centre = office.sign_in("supervisor")
    assert here(centre, case_id).strip() == ""
    assert here(window, case_id).strip() == ""
    assert here(centre, case_id).strip() == ""


def test_an_open_page_alone_does_not_keep_somebody_signed_in(office, monkeypatch):
    case_id = office.case("pending_confirm")
    browser = office.sign_in("supervisor")

    def last_seen():
        with office.app.app_context():
            return db.session.query(SignIn.seen_at).order_by(SignIn.id.desc()).first()[0]

    before, real = last_seen(), clock.real()
    monkeypatch.setattr(clock, "real", lambda: real + timedelta(minutes=20))
    assert browser.get(f"/admin/cases/{case_id}/here").status_code == 200
    assert last_seen() == before
    browser.get(f"/admin/cases/show/{case_id}")
    assert last_seen() > before

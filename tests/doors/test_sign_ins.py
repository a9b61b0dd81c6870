"""Sign-ins in browsers and by token: a new key each time, listed, ended, and noted at most once a minute."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import Clock, db
from app.fab.browsers import browser_name
from app.models.account import SignIn
from tests.doors.test_passwords import latest, own, sets
from tests.pages import PASSWORD, Rest, page, sign_in

MINE = "/admin/account/"


def rows(app):
    with app.app_context():
        return db.session.scalars(select(SignIn).order_by(SignIn.id)).all()


def cookie(browser):
    return browser.get_cookie("huiyin").value


@pytest.fixture
def later(monkeypatch):
    """Let real time pass."""

    def passes(minutes):
        real = Clock.real
        monkeypatch.setattr(Clock, "real", lambda self: real(self) + timedelta(minutes=minutes))

    return passes


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def test_nothing_of_the_session_before_stays_but_the_language(app, office):
    office.sign_in("handler")
    name = latest(app).username
    browser = page(app)
    browser.get("/lang/en")
    with browser.session_transaction() as session:
        session["planted"], session["key"], session["_user_id"] = "yes", "planted-key", "1"
    browser.send("/login/", username=name, password=PASSWORD)
    with browser.session_transaction() as session:
        assert "planted" not in session
        assert session["locale"] == "en"
        assert session["key"] != "planted-key"
    assert is_in(browser)


def test_a_stolen_cookie_ends_with_the_sign_out(app, office):
    browser = office.sign_in("handler")
    thief = page(app)
    thief.set_cookie("huiyin", cookie(browser))
    assert is_in(thief)
    browser.get("/logout/")
    assert (is_in(browser), is_in(thief), rows(app)) == (False, False, [])


def test_a_session_without_a_row_is_nobody_s(app, office):
    office.sign_in("handler")
    forged = page(app)
    with forged.session_transaction() as session:
        session["_user_id"], session["_fresh"] = str(latest(app).id), True
    assert not is_in(forged)
    forged.get("/logout/")


def test_it_ends_without_pages_for_half_an_hour_and_goes_on_with_them(app, office, later):
    browser = office.sign_in("handler")
    for _ in range(3):
        later(20)
        assert is_in(browser)
    later(31)
    assert not is_in(browser)


def test_it_is_noted_at_most_once_a_minute(app, office, later):
    browser = office.sign_in("handler")
    begun = rows(app)[0].seen_at
    assert is_in(browser)
    assert rows(app)[0].seen_at == begun
    later(1)
    with browser.get("/static/portal/portal.css") as static:
        assert static.status_code == 200
    assert rows(app)[0].seen_at == begun
    assert is_in(browser)
    seen = rows(app)[0].seen_at
    assert seen - begun >= timedelta(minutes=1)
    token = browser.token("/resetmypassword/form")
    later(1)
    assert browser.post(f"{MINE}end", data={"csrf_token": token}).status_code == 302, (
        "noted before the form's transaction"
    )
    assert rows(app)[0].seen_at > seen


def test_another_role_or_no_access_ends_it_at_once(app, office):
    browser = office.sign_in("handler")
    token = Rest(app, latest(app).username)
    sets(app, active=False)
    assert not is_in(browser)
    assert token("GET", "cases/").status_code == 401
    sets(app, active=True)
    assert not is_in(browser)


def test_another_password_ends_all_but_the_browser_that_changed_it(app, office):
    browser = office.sign_in("handler")
    name = latest(app).username
    other, token = sign_in(app, name), Rest(app, name)
    assert token("GET", "cases/").status_code == 200
    assert own(browser).status_code == 302
    assert (is_in(browser), is_in(other)) == (True, False)
    assert token("GET", "cases/").status_code == 401


def test_a_refresh_token_ends_too(app, office):
    office.sign_in("handler")
    login = {"username": latest(app).username, "password": PASSWORD, "refresh": True}
    tokens = Context().run(app.test_client().post, "/api/v1/security/login", json=login).get_json()
    sets(app, active=False)
    sets(app, active=True)
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    assert Context().run(app.test_client().post, "/api/v1/security/refresh", headers=headers).status_code == 401


def test_my_sign_ins_are_listed_and_ended(app, office):
    browser = office.sign_in("handler")
    name = latest(app).username
    one, two = sign_in(app, name), sign_in(app, name)
    text = browser.get(MINE).text
    assert (text.count('name="id"'), text.count("(this one)"), "127.0.0.*" in text) == (2, 1, True)
    with app.app_context():
        user_id = latest(app).id
        mine = select(SignIn.id).where(SignIn.user_id == user_id).order_by(SignIn.id)
        ids = db.session.scalars(mine).all()
    assert browser.send(f"{MINE}end", MINE, id=str(ids[1])).status_code == 302
    assert (is_in(one), is_in(two)) == (False, True)
    assert browser.send(f"{MINE}end", MINE).status_code == 302
    assert (is_in(two), is_in(browser)) == (False, True)


def test_an_administrator_signs_somebody_out(app, office):
    keeper, browser = office.sign_in("security_admin"), office.sign_in("handler")
    there = f"/admin/account/of/{latest(app).id}/"
    assert "127.0.0.*" in keeper.get(there).text
    assert keeper.send(f"{there}end", there).status_code == 302
    assert (is_in(browser), is_in(keeper)) == (False, True)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
            "Chrome 156 · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.1", "Edge 150 · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 · Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_have_names_for_people(agent, name):
    assert browser_name(agent) == name

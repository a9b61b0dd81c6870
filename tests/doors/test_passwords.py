"""Every page on which a password is set holds to the policy; who must change it comes to no other page."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.officer import Officer, RoleRow
from app.models.scope import acting
from tests.pages import PASSWORD, page, sign_in

NEW = "Other-Word-2y"
OWN = "/resetmypassword/form"


def latest(app):
    """The latest account: id, name, hash, must_change."""
    with app.app_context():
        columns = (Officer.id, Officer.username, Officer.password, Officer.must_change)
        return db.session.execute(select(*columns).order_by(Officer.id.desc())).first()


def sets(app, **columns):
    with app.app_context(), acting(SYSTEM):
        row = db.session.get(Officer, latest(app).id)
        for name, value in columns.items():
            setattr(row, name, value)
        db.session.commit()


def own(browser, present=PASSWORD, password=NEW, again=None):
    return browser.send(OWN, present=present, password=password, conf_password=again or password)


@pytest.mark.parametrize("password", ["short-A1", "alllettersonly", "P@ssw0rd2026", PASSWORD])
def test_my_own_new_password_is_held_to_the_policy(app, office, password):
    browser = office.sign_in("handler")
    answer = own(browser, password=password)
    assert (answer.status_code, "alert alert-danger" in answer.text) == (200, True)
    assert check_password_hash(latest(app).password, PASSWORD)


def test_my_present_password_is_asked_for_and_its_wrong_tries_are_counted(app, office):
    browser = office.sign_in("handler")
    assert own(browser, again="Other-Word-3z").status_code == 200
    for _ in range(5):
        assert "not your present password" in own(browser, present="wrong").text
    assert "too many wrong tries" in own(browser).text
    assert check_password_hash(latest(app).password, PASSWORD)


def test_a_good_one_is_taken(app, office):
    assert own(office.sign_in("handler")).status_code == 302
    assert check_password_hash(latest(app).password, NEW)
    assert sign_in(app, latest(app).username, NEW)


def test_an_administrator_is_held_to_it_too_and_the_owner_must_change(app, office):
    keeper, _ = office.sign_in("security_admin"), office.sign_in("handler")
    user_id, name, *_ = latest(app)
    there = f"/resetpassword/form?pk={user_id}"
    assert "alert alert-danger" in keeper.send(there, password="weak", conf_password="weak").text
    assert keeper.send(there, password=NEW, conf_password=NEW).status_code == 302
    assert keeper.get("/resetpassword/form?pk=987654").status_code == 404
    assert keeper.send("/resetpassword/form?pk=987654", there, password=NEW, conf_password=NEW).status_code == 404
    owner = sign_in(app, name, NEW)
    for path in ("/admin/", "/admin/cases/list/", "/users/userinfo/"):
        assert owner.get(path).location == OWN
    assert owner.get(OWN).status_code == owner.get("/").status_code == 200
    assert own(owner, NEW, "Third-Word-3z").status_code == 302
    assert owner.get("/admin/", follow_redirects=True).status_code == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own page of users, WTForms 3.4
def test_a_new_user_gets_a_good_password_and_must_change_it(app, office):
    keeper = office.sign_in("security_admin")
    with app.app_context():
        role = db.session.scalar(select(RoleRow.id).where(RoleRow.name == "window"))
    facts = {"first_name": "宁", "last_name": "安", "username": "anning", "email": "a@example.invalid", "active": "y"}
    facts |= {"roles": [str(role)]}

    def add(password):
        return keeper.send("/users/add", **facts, password=password, conf_password=password)

    for wrong in ("weak", "Anning-2026-x"):
        assert add(wrong).status_code == 200
        assert latest(app).username != "anning"
    assert add(NEW).status_code == 302
    assert (latest(app).username, latest(app).must_change) == ("anning", True)
    assert sign_in(app, "anning", NEW).get("/admin/").location == OWN


def test_an_old_password_warns_and_then_must_be_changed(app, office):
    office.sign_in("handler")
    name = latest(app).username
    sets(app, password_set_at=clock.now() - timedelta(days=80))
    browser = sign_in(app, name)
    assert "10 days" in browser.get("/admin/").text.replace("10 天", "10 days")
    sets(app, password_set_at=clock.now() - timedelta(days=90))
    assert browser.get("/admin/").location == OWN
    login = {"username": name, "password": PASSWORD}
    answer = Context().run(app.test_client().post, "/api/v1/security/login", json=login)
    assert (answer.status_code, answer.get_json()["reasons"][0]["code"]) == (401, "password_change_needed")
    assert page(app).get("/admin/").status_code == 302

"""Separation of duties where roles are given: the users' form, and the net under all doors."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.domain.errors import Refused
from app.extensions import db
from app.models.officer import Officer, RoleRow
from app.models.scope import acting
from tests.doors.test_passwords import NEW, latest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own page of users, WTForms 3.4


def roles(app, *names):
    with app.app_context():
        return [str(key) for key in db.session.scalars(select(RoleRow.id).where(RoleRow.name.in_(names)))]


@pytest.mark.parametrize("names", [("auditor", "platform_admin"), ("auditor", "security_admin"), ()])
def test_the_form_for_users_keeps_duties_apart(app, office, names):
    keeper = office.sign_in("security_admin")
    there = f"/users/edit/{latest(app).id}"
    facts = {"first_name": "x", "last_name": "y", "username": "new.one", "email": "n@example.invalid", "active": "y"}
    new = {**facts, "password": NEW, "conf_password": NEW}
    for path, more in (("/users/add", new), (there, facts)):
        answer = keeper.send(path, **more, roles=roles(app, *names))
        assert (answer.status_code, "alert alert-danger" in answer.text) == (200, True), path
        assert "groups" not in answer.text.lower().split("<form")[-1]
    assert latest(app).username != "new.one"
    assert keeper.send("/users/add", **new, roles=roles(app, "intake", "auditor")).status_code == 302
    with app.app_context():
        row = db.session.scalars(select(Officer).where(Officer.username == "new.one")).one()
        assert {role.name for role in row.roles} == {"intake", "auditor"}


def test_the_net_holds_where_no_form_asks_and_lets_roles_be_exchanged(app, office):
    office.sign_in("security_admin")
    with app.app_context(), acting(SYSTEM):
        row = db.session.get(Officer, latest(app).id)
        auditor = db.session.scalars(select(RoleRow).where(RoleRow.name == "auditor")).one()
        row.roles = [*row.roles, auditor]
        with pytest.raises(Refused):
            db.session.commit()
        db.session.rollback()
        row.roles = [auditor]
        db.session.commit()
        row.phone = "15400000002"
        db.session.commit()

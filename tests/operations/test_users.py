"""Accounts: added, given passwords, listed; and the commands that do it."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.cli import passwords, users
from app.cli.main import main
from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.passwords import POLICIES
from app.models.api_client import ApiClient
from app.models.housekeeping import ConfigurationChange
from app.models.officer import Officer
from app.operations import accounts, demo_accounts
from app.operations.accounts import Account
from tests.factories import NOW

GOOD = "AAbbb-2222"


def account(**changes):
    usual = {"username": "ann", "name": "An Ning", "role": "handler", "department_code": "410100-SCJG"}
    return Account(**{**usual, **changes})


def found(db, username="ann"):
    return db.session.scalar(select(Officer).where(Officer.username == username))


def reasons(error):
    return [reason.code for reason in error.value.reasons]


def test_an_account_has_role_department_and_phone(db):
    accounts.add(account(phone="+86 154 0000 9999"), "hash", SYSTEM, NOW)
    officer = found(db)
    assert (officer.full_name, officer.department.code, officer.phone) == ("An Ning", "410100-SCJG", "15400009999")
    assert [role.name for role in officer.roles] == ["handler"]
    change = db.session.scalars(select(ConfigurationChange)).one()
    assert (change.noun, change.kind, change.row_id) == ("Officer", "create", officer.id)
    assert "hash" not in json.dumps(change.after)


def test_a_region_stands_for_its_centre(db):
    accounts.add(account(role="city_admin", department_code=None, region_code="410300"), "h", SYSTEM, NOW)
    assert found(db).department.code == "410300-YSHJ"


def test_some_roles_need_no_department(db):
    accounts.add(account(role="api_client", department_code=None), "h", SYSTEM, NOW)
    assert found(db).department is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "queen"}, "unknown_role"),
        ({"role": "Public"}, "unknown_role"),
        ({"department_code": "410100-XX"}, "unknown_department"),
        ({"department_code": None, "region_code": "999999"}, "unknown_region"),
        ({"department_code": None}, "department_needed"),
        ({"role": "platform_admin"}, "level"),
        ({"role": "county_admin"}, "level"),
    ],
)
def test_what_is_unknown_or_unfitting_is_refused(db, changes, code):
    with pytest.raises(Refused) as error:
        accounts.add(account(**changes), "h", SYSTEM, NOW)
    assert reasons(error) == [code]


def test_a_name_is_taken_once(db):
    accounts.add(account(), "h", SYSTEM, NOW)
    with pytest.raises(Refused) as error:
        accounts.add(account(), "h", SYSTEM, NOW)
    assert reasons(error) == ["taken"]


def test_texts_are_checked(db):
    with pytest.raises(Invalid) as error:
        accounts.add(account(username=" ", name="", phone="123"), "h", SYSTEM, NOW)
    assert set(error.value.fields) == {"username", "name", "phone"}
    with pytest.raises(Invalid) as error:
        accounts.add(account(username="x" * 129, name="x" * 65), "h", SYSTEM, NOW)
    assert set(error.value.fields) == {"username", "name"}


def test_a_new_password_replaces_the_old_one_and_is_not_logged(db):
    accounts.add(account(), "old", SYSTEM, NOW)
    accounts.set_password("ann", "new", SYSTEM, NOW)
    assert found(db).password == "new"
    changes = db.session.scalars(select(ConfigurationChange)).all()
    assert [change.kind for change in changes] == ["create", "update"]
    assert not any("new" in json.dumps([change.before, change.after]) for change in changes)
    with pytest.raises(NotFound):
        accounts.set_password("bob", "new", SYSTEM, NOW)


def test_the_list_shows_no_secrets(db):
    accounts.add(account(phone="15400001234"), "hash", SYSTEM, NOW)
    accounts.add(account(username="zoe", role="api_client", department_code=None), "hash", SYSTEM, NOW)
    ann, zoe = accounts.listed()
    assert (ann.username, ann.roles, ann.department_code, ann.phone) == (
        "ann",
        ("handler",),
        "410100-SCJG",
        "154****1234",
    )
    assert (zoe.department_code, zoe.phone, zoe.is_active) == (None, "", True)
    assert not hasattr(ann, "password")


# --- demonstration accounts --------------------------------------------------------------------------------------


def test_there_is_a_demonstration_account_per_role_with_one_password(db):
    assert demo_accounts.common_hash() is None
    assert demo_accounts.ensure("one", NOW, is_production=False) == 18
    assert demo_accounts.ensure("one", NOW, is_production=False) == 0
    rows = {row.username: row for row in db.session.scalars(select(Officer))}
    assert {role.name for row in rows.values() for role in row.roles} == {
        str(role) for role in Role if role not in ("complainant", "clock", "system")
    }
    assert rows["handler_b"].department.code == "410300-ZJ"
    assert rows["county_admin"].department.code == "410105-YSHJ"
    assert {row.password for row in rows.values()} == {"one"}
    assert len({row.phone for row in rows.values()}) == 18
    clients = db.session.execute(select(ApiClient.source_system, Officer.username).join(ApiClient.user)).all()
    assert sorted(name for _, name in clients) == ["api_client", "api_client_b"]


def test_a_new_common_password_reaches_all_but_those_changed_by_hand(db):
    demo_accounts.ensure("one", NOW, is_production=False)
    accounts.set_password("intake", "own", SYSTEM, NOW)
    demo_accounts.ensure("two", NOW, is_production=False)
    kept = {row.username: row.password for row in db.session.scalars(select(Officer))}
    assert kept.pop("intake") == "own"
    assert set(kept.values()) == {"two"}


def test_no_demonstration_accounts_in_production(db):
    with pytest.raises(Refused):
        demo_accounts.ensure("one", NOW, is_production=True)
    assert not accounts.listed()


# --- commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(app, db, monkeypatch, capsys):
    """Run a command with a line of standard input; its exit status and what it printed."""

    @contextmanager
    def application():
        yield app

    monkeypatch.setattr(users, "application", application)

    def run(*arguments, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = main(["user", *arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


ADD = ("add", "ann", "--role", "handler", "--name", "An Ning", "--department", "410100-SCJG")


def test_a_password_comes_from_standard_input(run, db):
    assert run(*ADD, typed=f"{GOOD}\n") == (0, "ann was added.\n")
    assert check_password_hash(found(db).password, GOOD)


def test_an_empty_password_is_a_random_one_that_is_printed(run, db):
    status, printed = run(*ADD)
    password = printed.splitlines()[0].removeprefix("Password of ann: ")
    assert status == 0
    assert check_password_hash(found(db).password, password)


def test_a_weak_password_is_refused(run, db, app):
    status, printed = run(*ADD, typed="weak\n")
    assert (status, "length" in printed, "kinds" in printed) == (1, True, True)
    assert run(*ADD, "--phone", "15400009999", typed="Aa-15400009999\n")[0] == 1
    assert found(db) is None


def test_refusals_come_before_the_question(run):
    status, printed = run("add", "ann", "--role", "queen", "--name", "An")
    assert status == 1
    assert "unknown_role" in printed
    assert run("passwd", "bob") == (1, "There is no account bob.\n")


def test_a_typed_password_is_asked_for_twice(run, db, app, monkeypatch):
    typed = iter([GOOD, GOOD, GOOD, "other"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert passwords.asked("ann", lambda _: None) == GOOD
    with pytest.raises(Exception, match="not the same"):
        passwords.asked("ann", lambda _: None)


def test_passwd_and_list(run, db):
    run(*ADD, typed=f"{GOOD}\n")
    assert run("passwd", "ann", typed=f"{GOOD}\n")[0] == 1, "it has this one already"
    assert run("passwd", "ann", typed="CCddd-3333\n") == (0, "ann has a new password.\n")
    assert found(db).must_change
    assert check_password_hash(found(db).password, "CCddd-3333")
    assert run("list") == (0, "ann  An Ning  handler  410100-SCJG  -\n")
    found(db).active = False
    db.session.commit()
    status, printed = run("list", "--json")
    assert (status, json.loads(printed)[0]["is_active"]) == (0, False)
    assert run("list")[1].endswith("inactive\n")


def test_made_up_passwords_pass_every_policy():
    for policy in POLICIES.values():
        assert policy.faults(passwords.made_up()) == ()

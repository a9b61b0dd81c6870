"""What `run.py seed` and the first `run.py prepare` write, and what they say."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from app.cli import seeding
from app.cli.main import main
from app.models.case import Case
from app.models.officer import Officer
from app.models.scope import unscoped
from app.operations import demo
from tests import factories
from tests.pages import PASSWORD


@pytest.fixture
def start(app, db, monkeypatch, capsys):
    """The first start with few cases; what was said."""
    monkeypatch.setattr(demo, "USUAL", 5)

    def start(**settings):
        monkeypatch.setitem(app.config, "HUIYIN", replace(app.config["HUIYIN"], **settings))
        seeding.first_start(app)
        db.session.remove()
        return capsys.readouterr().out.splitlines()

    return start


@pytest.fixture
def run(app, start, monkeypatch, capsys):
    @contextmanager
    def application():
        yield app

    monkeypatch.setattr(seeding, "application", application)

    def run(*arguments):
        return main(["seed", *arguments]), capsys.readouterr()

    return run


def cases():
    with unscoped("the test counts") as session:
        return session.scalar(select(func.count(Case.id)))


def common_hash(db):
    return db.session.scalar(select(Officer.password).where(Officer.username == "handler"))


def test_the_first_start_makes_accounts_and_cases_and_says_as_whom_to_sign_in(start, db):
    said = start()
    assert said[0].startswith("Seeds: co-handling types skipped")
    assert "Demonstration: 18 accounts" in said
    assert "Demonstration: 5 new cases" in said
    assert said[-1].endswith(f"password {PASSWORD}")
    assert cases() == 5
    assert check_password_hash(common_hash(db), PASSWORD)


def test_the_second_start_adds_nothing(start, db):
    start()
    kept = common_hash(db)
    assert not [line for line in start() if line.startswith("Demonstration")]
    assert common_hash(db) == kept


def test_a_password_that_changed_in_the_settings_reaches_the_accounts(start, db):
    start()
    start(demo_password="another one")
    assert check_password_hash(common_hash(db), "another one")


def test_without_a_password_in_the_settings_a_random_one_is_kept(start, db, tmp_path):
    start(demo_password="", data=tmp_path)
    kept = tmp_path / "demo-password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert check_password_hash(common_hash(db), kept.read_text().strip())


def test_a_database_with_cases_of_its_own_gets_no_demonstration(start, db):
    factories.file()
    assert not [line for line in start() if line.startswith("Demonstration")]
    assert common_hash(db) is None


def test_production_gets_the_catalogue_only(start, db):
    start(env="production")
    assert cases() == 0
    assert common_hash(db) is None


def test_the_command_adds_as_many_as_are_wanted(run):
    assert run("--demo", "--cases", "3")[0] == 0
    assert cases() == 3
    printed = run("--demo", "--cases", "4")[1]
    assert "Demonstration: 4 of 4 cases after 0 s" in printed.out
    assert "Demonstration: 1 new cases" in printed.out
    assert run()[0] == 0
    assert cases() == 4


def test_the_command_refuses_production(run, app, monkeypatch):
    monkeypatch.setitem(app.config, "HUIYIN", replace(app.config["HUIYIN"], env="production"))
    status, printed = run("--demo")
    assert (status, "(production)" in printed.err) == (1, True)


@pytest.mark.parametrize("wrong", [["--cases", "3"], ["--demo", "--cases", "-1"], ["--demo", "--cases", "x"]])
def test_wrong_usage(run, wrong):
    with pytest.raises(SystemExit) as ended:
        run(*wrong)
    assert ended.value.code == 2


def test_without_changes_the_seeds_are_said_to_be_unchanged(start, monkeypatch):
    from app.operations import seeding as operation

    monkeypatch.setattr(operation, "seed", lambda _: ["regions: unchanged", "roles: 0 added"])
    assert start()[0] == "Seeds: unchanged"

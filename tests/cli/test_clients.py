"""Commands about connected systems: the key is printed once."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from app.cli import clients as commands
from app.cli.main import main
from app.domain.access import SYSTEM
from app.extensions import clock
from app.models.scope import acting
from app.operations import clients


@pytest.fixture
def run(db, monkeypatch, capsys):
    @contextmanager
    def application():
        with acting(SYSTEM):
            yield
        db.session.remove()

    monkeypatch.setattr(commands, "application", application)

    def command(*arguments):
        status = main(["client", *arguments])
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


def opens(key):
    with acting(SYSTEM):
        return clients.by_key(key, clock.now()) is not None


def added(run, code="hotline-a", *more):
    status, out, _ = run("add", code, "--name", "热线", *more)
    assert status == 0
    return out.splitlines()[1]


def test_a_client_is_added_changed_listed_and_ended(run):
    first = added(run, "hotline-a", "--networks", "10.0.0.0/8", "--per-minute", "60", "--until", "2099-12-31")
    assert opens(first)
    status, out, _ = run("rotate", "hotline-a", "--days", "3")
    second = out.splitlines()[1]
    assert (status, opens(first), opens(second)) == (0, True, True)
    listed = run("list")[1]
    assert first[:10] in listed
    assert first not in listed
    (row,) = [row for row in json.loads(run("list", "--json")[1]) if row["code"] == "hotline-a"]
    assert (row["networks"], row["per_minute"], [key["is_live"] for key in row["keys"]]) == (
        "10.0.0.0/8",
        60,
        [True, True],
    )
    assert "hash" not in json.dumps(row)
    assert run("end", "hotline-a", "--key", first[:10])[0] == 0
    assert (opens(first), opens(second)) == (False, True)
    assert run("end", "hotline-a")[0] == 0
    assert not opens(second)
    assert "ended" in run("list")[1]


def test_what_cannot_be_done_is_said(run):
    added(run)
    for arguments in (
        ("add", "hotline-a", "--name", "x"),
        ("add", "hotline-b", "--name", "x", "--scopes", "cases:fly"),
        ("end", "hotline-a", "--key", "hyk_nobody"),
        ("end", "nobody"),
        ("rotate", "nobody"),
    ):
        status, _, said = run(*arguments)
        assert status == 1, arguments
        assert said
    with pytest.raises(SystemExit) as wrong:
        run("add", "hotline-c", "--name", "x", "--until", "soon")
    assert wrong.value.code == 2

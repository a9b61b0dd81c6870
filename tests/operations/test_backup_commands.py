"""Commands backup and restore: what they print and their exit status."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from app.cli import backup as command
from app.cli.main import main
from app.extensions import files as kept
from app.models.attachment import Attachment
from app.models.scope import unscoped
from app.operations import restoring
from tests.elsewhere import another_app


@pytest.fixture
def run(app, settings, monkeypatch, capsys):
    @contextmanager
    def here(_chosen=None):
        yield app

    def run(*arguments, machine=None):
        @contextmanager
        def there(_chosen=None):
            with machine as other:
                yield other

        monkeypatch.setattr(command, "application", there if machine else here)
        monkeypatch.setattr(command, "settings", lambda: settings)
        status = main([str(each) for each in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_the_commands_say_what_they_did(run, filled, elsewhere, tmp_path):
    path = tmp_path / "two"
    status, out, err = run("backup", path)
    assert status == 0
    assert "2 cases" in out
    assert "Keys needed to restore it, kept elsewhere: k1" in out
    assert "cases: 2 rows" in err
    assert run("backup", path)[0] == 1
    status, out, _ = run("restore", path, machine=elsewhere())
    assert status == 0
    assert out.startswith("Restored: ")
    assert "verified 2 chains" in out
    assert "0 faults" in out
    status, out, _ = run("restore", tmp_path / "none", machine=elsewhere())
    assert status == 1


def test_the_commands_as_json(run, filled, elsewhere, tmp_path):
    path = tmp_path / "two"
    made = json.loads(run("backup", path, "--json")[1])
    assert (made["rows"]["cases"], made["evidence"], made["missing"], made["key_ids"]) == (2, 5, [], ["k1"])
    assert made["size"] == path.stat().st_size
    back = json.loads(run("restore", path, "--json", machine=elsewhere())[1])
    assert (back["cases"], back["files"], back["faults"]) == (2, 2, [])


def test_a_lost_file_makes_the_status_1(run, filled, tmp_path):
    with unscoped("the test loses a file") as session:
        attachment_id, key = session.execute(select(Attachment.id, Attachment.storage_key).limit(1)).one()
    kept.storage.delete(key)
    status, out, _ = run("backup", tmp_path / "two")
    assert status == 1
    assert f"the backup is without them: {attachment_id}" in out


def test_faults_are_listed_and_make_the_status_1(run, saved, elsewhere, monkeypatch):
    found = restoring.Verified(faults=[f"fault {number}" for number in range(25)])
    monkeypatch.setattr(restoring, "verified", lambda *_: found)
    status, out, _ = run("restore", saved, machine=elsewhere())
    assert status == 1
    assert out.splitlines()[:2] == ["fault 0", "fault 1"]
    assert "… and 5 more (--json shows all)" in out


def test_a_backup_is_tried_out_in_a_folder_that_goes(saved, settings, monkeypatch, capsys):
    used = []

    @contextmanager
    def application(chosen):
        used.append(chosen)
        with another_app(chosen, chosen.storage.parent, chosen.database_url) as app:
            yield app

    monkeypatch.setattr(command, "application", application)
    monkeypatch.setattr(command, "settings", lambda: settings)
    assert main(["restore", str(saved), "--check"]) == 0
    assert capsys.readouterr().out.startswith("Tried out: ")
    assert used[0].database_url != settings.database_url
    assert not used[0].storage.parent.exists()

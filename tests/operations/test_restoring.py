"""A backup is restored whole, on either database, or not at all; what is wrong with it afterwards is told."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, text

from app.cli.backup import _migrate
from app.cli.upgrading import upgrade, write_permissions
from app.domain.access import SYSTEM, complainant
from app.domain.errors import GatewayError, Refused
from app.domain.evidence import PIECE
from app.extensions import db, keyring
from app.extensions import files as kept
from app.models.attachment import Attachment
from app.models.case import Case
from app.models.region import Region
from app.models.scope import acting, unscoped
from app.models.search import found
from app.operations import attachments, backup, partials, restoring
from tests import factories
from tests.elsewhere import restored, rows
from tests.factories import NOW

PUBLIC = complainant(0)


def row_count(model):
    with unscoped("the test counts") as session:
        return session.scalar(select(func.count()).select_from(model))


def chain_of_machines(database):
    """SQLite to SQLite; where PostgreSQL runs: from it to SQLite, and on to PostgreSQL again."""
    return ("sqlite", "postgres") if hasattr(database, "_server") else ("sqlite",)


def test_all_of_it_comes_back_on_either_database(saved, filled, database, elsewhere, tmp_path):
    (wanted, stamp), path = all_but_stamp(), saved
    evidence = content_of(filled)
    for kind in chain_of_machines(database):
        with elsewhere(kind) as app:
            found = restored(path)
            assert found.faults == []
            assert (found.cases, found.files) == (2, 2)
            assert found.sealed > 4
            assert all_but_stamp()[0] == wanted
            assert all_but_stamp()[1] != stamp  # nobody trusts what was kept of permissions before
            assert content_of(filled) == evidence
            path = tmp_path / f"from-{kind}"
            backup.make(path, NOW, print)
            assert write_permissions(app) == {"added": 0, "removed": 0}


def all_but_stamp():
    """The rows, and apart from them the one by which processes know that permissions have changed."""
    found = rows()
    (stamp,) = (line for line in found["counters"] if line.startswith(b'["permissions",'))
    found["counters"].remove(stamp)
    return found, stamp


def content_of(case_id):
    """The evidence of a case as an officer of the centre opens it."""
    who = factories.centre()
    db.session.remove()
    with acting(who):
        found = attachments.of_case(attachments.load(case_id), who)
        opened = [b"".join(attachments.open_for(who, case_id, each.id).chunks) for each in found]
    db.session.remove()
    return opened


def test_progress_of_the_files_is_told(saved, elsewhere, monkeypatch):
    monkeypatch.setattr(restoring, "_SHOWN", 2)
    told = []
    with elsewhere():
        manifest = backup.checked(saved, print)
        _migrate(manifest["revision"], is_used=False)
        restoring.fill(saved, manifest, told.append)
    assert [line for line in told if line.startswith("files")] == ["files: 2", "files: 4"]


def test_work_goes_on_after_a_restore(saved, filled, coming, database, elsewhere):
    kind = chain_of_machines(database)[-1]
    with elsewhere(kind) as app:
        upgrade(app)  # an operator may have done so
        restored(saved)
        upgrade(app)
        assert search(factories.filing().title) == {1, 2}
        with acting(PUBLIC):
            assert partials.take(coming, PIECE, b"x", "me", PUBLIC, NOW).upload.size == PIECE + 1
            db.session.remove()
        made = factories.file()
        assert made.case_id > filled
        factories.officer(next(iter(factories.centre().roles)))
        with acting(SYSTEM):
            assert db.session.scalar(select(func.count()).where(Region.parent_code.is_not(None)).select_from(Region))
            for statement in ("UPDATE case_events SET note = 'x'", "DELETE FROM case_events"):
                with pytest.raises(Exception, match="append-only"):
                    db.session.execute(text(statement))
                db.session.rollback()


def search(words):
    with unscoped("the test searches") as session:
        return set(session.scalars(select(Case.id).where(found(words, db.engine.dialect.name, is_common=False))))


def test_only_into_an_empty_database_and_folder(saved, elsewhere):
    manifest = backup.checked(saved, print)
    with pytest.raises(Refused, match="folder for evidence is not empty"):
        restoring.check_target(manifest)
    with elsewhere() as app:
        upgrade(app)
        restoring.check_target(manifest)  # roles and permissions alone are nothing
        some_region()
        with pytest.raises(Refused, match=r"database is not empty \(regions\)"):
            restoring.check_target(manifest)


def some_region():
    with acting(SYSTEM):
        db.session.add(Region(code="410000", name="Province", level="province"))
        db.session.commit()
    db.session.remove()


def test_a_later_migration_is_refused(saved):
    with pytest.raises(Refused, match="migration 9999"):
        restoring.check_target(backup.checked(saved, print) | {"revision": "9999"})


def test_other_keys_are_refused(saved, settings, elsewhere):
    ours = settings.data_keys
    for keys in (
        (("k1", bytes(32)),),  # the same id: only the fingerprint tells
        (("k2", bytes(32)),),
        (*ours, ("k0", bytes(32))),  # indexes would be made with another one
    ):
        keyring.load(dict(keys))
        try:
            with pytest.raises(Refused, match="other data keys"):
                backup.checked(saved, print)
        finally:
            keyring.load(dict(ours))
    with elsewhere(data_keys=(("k2", bytes(32)), *ours)):
        assert restored(saved).faults == []


def test_a_backup_of_an_older_migration_is_brought_up(elsewhere, tmp_path):
    with elsewhere():
        _migrate("0001", is_used=False)
        some_region()
        path = tmp_path / "old"
        assert backup.make(path, NOW, print)["revision"] == "0001"
    with elsewhere() as app:
        upgrade(app)  # later than the backup
        manifest = backup.checked(path, print)
        restoring.check_target(manifest)
        _migrate(manifest["revision"], is_used=restoring.has_tables())
        restoring.fill(path, manifest, print)
        upgrade(app)
        assert row_count(Region) == 1
        assert restoring.verified(manifest, print).faults == []


def test_a_restore_that_fails_leaves_nothing(saved, elsewhere, monkeypatch):
    with elsewhere():
        manifest = backup.checked(saved, print)
        _migrate(manifest["revision"], is_used=False)
        put, calls = kept.storage.restore, []

        def full(key, pieces):
            calls.append(key)
            if len(calls) == 3:
                raise GatewayError("The file cannot be stored: No space left on device.")
            put(key, pieces)

        with monkeypatch.context() as patch:
            patch.setattr(kept.storage, "restore", full)
            with pytest.raises(GatewayError, match="No space"):
                restoring.fill(saved, manifest, print)
        restoring.check_target(manifest)  # database and folder are empty
        assert restored(saved).faults == []


def test_rows_that_cannot_be_read_or_are_too_few_end_it(saved, elsewhere, monkeypatch):
    with elsewhere():
        manifest = backup.checked(saved, print)
        _migrate(manifest["revision"], is_used=False)
        short = json.loads(json.dumps(manifest))
        short["tables"]["cases"]["rows"] += 1
        with pytest.raises(Refused, match="cases has 2 rows"):
            restoring.fill(saved, short, print)
        monkeypatch.setattr(restoring, "content", lambda _: b"nothing packed")
        with pytest.raises(Refused, match="cannot be read"):
            restoring.fill(saved, manifest, print)


def test_what_is_wrong_after_a_restore_is_told(saved, elsewhere):
    with elsewhere():
        manifest = backup.checked(saved, print)
        restored(saved)
        with unscoped("the test alters rows") as session:
            first, second = session.execute(select(Attachment.id, Attachment.storage_key).order_by(Attachment.id)).all()
        kept.storage.delete(first.storage_key)
        kept.storage.delete(second.storage_key)
        kept.storage.put(second.storage_key, [b"another one"])
        with acting(SYSTEM):
            db.session.execute(text("DROP TRIGGER case_events_no_update"))
            db.session.execute(text("UPDATE case_events SET note = 'x' WHERE id = 1"))
            db.session.execute(text("UPDATE complainants SET name_sealed = phone_sealed WHERE id = 1"))
            db.session.commit()
        faults = restoring.verified(manifest, print).faults
    assert len(faults) == 4
    assert "event 1 was altered" in faults[0]
    assert faults[1] == "complainants.name_sealed 1: does not open"
    assert faults[2].startswith(f"attachments {first.id}: The file cannot be read")
    assert faults[3] == f"attachments {second.id}: the file is another one"

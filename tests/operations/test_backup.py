"""A backup holds everything and nothing else, of one moment; what was altered or cut is refused."""

from __future__ import annotations

import os
import secrets
import stat

import pytest
from sqlalchemy import func, select

from app.domain.errors import GatewayError, Refused
from app.extensions import files as kept
from app.extensions import keyring
from app.gateways.archive import members, written
from app.models.attachment import Attachment, Upload
from app.models.case import Case
from app.models.region import Region
from app.models.scope import unscoped
from app.operations import backup, portable
from tests import factories
from tests.elsewhere import restored, rows
from tests.factories import NOW


def names(path):
    return [member.name for member in members(path)]


def row_count(model):
    with unscoped("the test counts") as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_backup_says_what_is_in_it(saved, told, filled):
    names_ = names(saved)
    manifest = backup.checked(saved, told.append)
    assert (names_[0], names_[-1]) == ("format", "manifest.json")
    assert manifest["format"] == 1
    assert manifest["created_at"] == NOW.isoformat()
    assert manifest["keys"] == keyring.fingerprints
    assert manifest["tables"]["cases"]["rows"] == 2
    assert manifest["files"]["count"] == 5  # two of evidence, a thumbnail, one that waits, a piece of one that comes
    assert manifest["files"]["missing"] == []
    assert "cases: 2 rows" in told
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_no_key_and_no_sealed_name_is_in_it(saved, settings):
    content = saved.read_bytes()
    clear = b"".join(b"\n".join(lines) for lines in rows().values())
    for each in (content, clear):
        assert b"13812341234" not in each
        assert b"Wang Xiaoming" not in each
        assert settings.data_keys[0][1] not in each
        assert settings.secret_key.encode() not in each


def test_a_backup_replaces_no_file_and_leaves_none_half_written(saved, tmp_path, monkeypatch):
    with pytest.raises(Refused, match="there already"):
        backup.make(saved, NOW, print)
    with pytest.raises(GatewayError, match="No such file or directory"):
        backup.make(tmp_path / "nowhere" / "two", NOW, print)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(GatewayError, match="No space left on device"):
        backup.make(tmp_path / "two", NOW, print)
    assert not [path for path in tmp_path.iterdir() if "two" in path.name]


def test_lost_evidence_is_named_and_the_rest_is_saved(saved, filled, tmp_path, elsewhere):
    with unscoped("the test loses a file") as session:
        attachment_id, key = session.execute(select(Attachment.id, Attachment.storage_key).limit(1)).one()
        waiting = session.scalars(select(Upload.storage_key)).one()
    kept.storage.delete(key)
    kept.storage.delete(waiting)  # as the sweeper may do while the backup runs
    manifest = backup.make(tmp_path / "two", NOW, print)
    assert manifest["files"]["missing"] == [key]
    assert backup.lost([key]) == [attachment_id]
    with elsewhere():
        found = restored(tmp_path / "two")
        assert (found.files, found.faults) == (1, [])  # known to be lost: no fault of the restore


def test_evidence_that_cannot_be_read_now_fails_the_backup(filled, tmp_path, monkeypatch):
    def away(_key):
        raise GatewayError("The file cannot be read: Input/output error.")

    monkeypatch.setattr(kept.storage, "stored", away)
    with pytest.raises(GatewayError, match="Input/output error"):
        backup.make(tmp_path / "two", NOW, print)


def test_a_database_without_tables_is_not_saved(elsewhere, tmp_path):
    with elsewhere(), pytest.raises(Refused, match=r"run\.py upgrade"):
        backup.make(tmp_path / "two", NOW, print)


def test_the_rows_are_of_one_moment(filled, tmp_path, db, monkeypatch):
    """A case filed when the backup has begun is not in it, nor anything that hangs on it."""
    real = portable.tables

    def and_meanwhile(connection):
        found = real(connection)
        if not connection.info.get("done"):
            connection.info["done"] = True
            factories.file()
        return found

    monkeypatch.setattr(portable, "tables", and_meanwhile)
    manifest = backup.make(tmp_path / "two", NOW, print)
    assert {name: manifest["tables"][name]["rows"] for name in ("cases", "complainants")} == {
        "cases": 2,
        "complainants": 2,
    }
    assert row_count(Case) == 3


def test_progress_is_told_now_and_then(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_SHOWN", 2)
    told = []
    backup.make(tmp_path / "two", NOW, told.append)
    assert [line for line in told if line.startswith("files")] == ["files: 2", "files: 4"]


def test_packed_rows_that_unfold_too_far_are_refused(db, monkeypatch):
    table = Region.__table__
    ((number, packed),) = portable.parts([(1, "410000", "a" * 1000, "province", None, False, True)])
    assert number == 1
    monkeypatch.setattr(portable, "MOST", 100)
    with pytest.raises(ValueError, match="regions"):
        portable.rows(table, [each.name for each in table.columns], packed)


def test_long_tables_come_in_parts(db, monkeypatch):
    monkeypatch.setattr(portable, "PART", 30)
    made = list(portable.parts([(number, "x" * 10) for number in range(5)]))
    assert [number for number, _ in made] == [2, 2, 1]


def test_values_that_no_column_of_ours_has_are_not_guessed_at():
    with pytest.raises(TypeError):
        list(portable.parts([(b"bytes",)]))


def test_json_null_and_no_value_stay_apart(db):
    column = Case.__table__.c.form
    form = portable._form(column)
    assert form("null") is type(column.type).NULL
    assert form('{"a": 1}') == {"a": 1}


# --- damage -----------------------------------------------------------------------------------------------------


def broken(path, make):
    content = bytearray(path.read_bytes())
    made = path.with_name("broken")
    made.write_bytes(make(content))
    return made


def flip(at):
    def flipped(content):
        content[at] ^= 1
        return content

    return flipped


def test_what_was_altered_or_cut_is_refused_wherever_it_was(saved):
    size = saved.stat().st_size
    for at in (0, 300, 512, 1024 + 3, size // 3, size // 2, size - 2000):
        with pytest.raises(Refused):
            backup.checked(broken(saved, flip(at)), print)
    for length in (0, 100, 512, 5000, size // 2, size - 600, size - 1024):
        with pytest.raises(Refused):
            backup.checked(broken(saved, lambda content, length=length: content[:length]), print)
    assert backup.checked(broken(saved, bytes), print)


def rewritten(path, change):
    """The archive again, with members changed by `change(name, content)`: a list of (name, content)."""
    made = path.with_name(f"rewritten-{secrets.token_hex(4)}")
    with written(made) as archive:
        for member in members(path):
            for name, content in change(member.name, b"".join(member.pieces())):
                archive.add(name, len(content), [content])
    return made


@pytest.mark.parametrize(
    ("named", "made", "said"),
    [
        ("format", [], "does not begin"),
        ("format", [("format", b"huiyin backup 2\n")], "another edition"),
        ("format", [("format", b"something else")], "does not begin"),
        ("manifest.json", [], "no manifest"),
        ("manifest.json", [("manifest.json", b"[]")], "cannot be read"),
        ("manifest.json", [("manifest.json", b"{}")], "cannot be read"),
        ("manifest.json", [("manifest.json", b"\xff")], "cannot be read"),
        ("tables/cases.00000.jsonl.gz", [], "cases was altered"),
        ("tables/cases.00000.jsonl.gz", [("../../etc/passwd", b"x")], "no part of a backup"),
        ("tables/cases.00000.jsonl.gz", [("tables/../x.00000.jsonl.gz", b"x")], "no part of a backup"),
        ("tables/cases.00000.jsonl.gz", [("tables/others.00000.jsonl.gz", b"x")], "altered"),
    ],
)
def test_members_are_those_of_the_manifest(saved, named, made, said):
    def change(name, content):
        return made if name == named else [(name, content)]

    with pytest.raises(Refused, match=said):
        backup.checked(rewritten(saved, change), print)


def test_more_than_the_manifest_names_is_refused(saved):
    def change(name, content):
        if name == "manifest.json":
            return [("tables/others.00000.jsonl.gz", b"x"), (name, content)]
        return [(name, content)]

    with pytest.raises(Refused, match="does not name"):
        backup.checked(rewritten(saved, change), print)
    with pytest.raises(Refused, match="follows its manifest"):
        backup.checked(
            rewritten(saved, lambda name, content: [(name, content)] * (1 + (name == "manifest.json"))), print
        )


def test_a_manifest_can_only_be_made_with_the_keys(saved):
    def change(name, content):
        if name == "manifest.json":
            return [(name, content.replace(b'"missing": []', b'"missing": ["a"]'))]
        return [(name, content)]

    with pytest.raises(Refused, match="manifest was altered"):
        backup.checked(rewritten(saved, change), print)

"""Uploads are claimed once, by whom they belong to; evidence is seen where its case is."""

from __future__ import annotations

import io
import logging
import time
from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.access import SYSTEM, Role, complainant
from app.domain.errors import GatewayError, Invalid, NotFound, Refused
from app.domain.evidence import KEPT, MAX_FILE
from app.domain.lifecycle import Status
from app.extensions import files as kept
from app.gateways.storage import NoRoom
from app.models.attachment import Attachment, Upload
from app.models.scope import acting
from app.operations import attachments, chain, uploads
from tests import factories
from tests.factories import NOW
from tests.operations import files

PUBLIC = complainant(0)
OTHER = "410300-ZJ"
ORPHAN = "0f" * 16


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    """A storage of the test's own; nothing in the session remembers another actor."""
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    return tmp_path / "files"


def as_(db, who, call, *arguments, **named):
    db.session.remove()
    try:
        with acting(who):
            return call(*arguments, **named)
    finally:
        db.session.remove()


def take(db, which="png", by=PUBLIC, now=NOW):
    name, content = files.GOOD[which]
    return as_(db, by, uploads.receive, io.BytesIO(content), name, by, now)


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def listed(db, case_id, by):
    return as_(db, by, lambda: attachments.of_case(attachments.load(case_id), by))


def content(db, who, case_id, attachment_id, **named):
    def read():
        found = attachments.open_for(who, case_id, attachment_id, **named)
        return found, b"".join(found.chunks)

    return as_(db, who, read)


def test_a_file_is_stored_under_its_own_hash_and_a_secret_token(db, folder):
    done = take(db)
    assert (done.kind, done.name, done.size) == ("png", "a.png", len(files.GOOD["png"][1]))
    row = as_(db, SYSTEM, lambda: db.session.scalars(select(Upload)).one())
    assert done.token not in (row.token_hash, row.name_sealed)
    assert "a.png" not in row.name_sealed
    assert not row.is_scanned
    assert row.expires_at == NOW + KEPT
    assert [path.name for path in stored(folder)] == [row.storage_key]


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (bytes(MAX_FILE + 1), "20 MB"), (b"MZ\0", "not taken")])
def test_what_is_not_taken_leaves_nothing(db, folder, content, said):
    with pytest.raises(Invalid, match=said):
        as_(db, PUBLIC, uploads.receive, io.BytesIO(content), "a.txt", PUBLIC, NOW)
    assert stored(folder) == []


def test_roles_that_only_read_upload_nothing(db):
    reader = factories.actor(Role.AUDITOR)
    with pytest.raises(Refused):
        take(db, by=reader)
    with pytest.raises(Refused):
        as_(db, reader, attachments.add, factories.file().case_id, ["x"], reader, NOW)


class Finds:
    def __init__(self, verdict):
        self.verdict = verdict

    def scan(self, chunks):
        assert b"".join(chunks)
        if self.verdict == "away":
            raise GatewayError("away")
        return self.verdict


def test_a_scanner_is_asked_first(db, folder, monkeypatch):
    monkeypatch.setattr(kept, "scanner", Finds("infected"))
    with pytest.raises(Invalid, match="virus"):
        take(db)
    monkeypatch.setattr(kept, "scanner", Finds("away"))
    with pytest.raises(GatewayError):
        take(db)
    assert stored(folder) == []
    monkeypatch.setattr(kept, "scanner", Finds("clean"))
    case_id = factories.file(attachments=(take(db).token,)).case_id
    assert listed(db, case_id, factories.centre())[0].is_scanned


def test_no_row_no_file(db, folder, monkeypatch):
    monkeypatch.setattr(db.session, "commit", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(db)
    assert stored(folder) == []


def test_a_filing_takes_its_files_along(db):
    tokens = tuple(take(db, which).token for which in ("png", "pdf", "zip"))
    filed = factories.file(attachments=tokens)
    rows = listed(db, filed.case_id, factories.centre())
    assert [(row.name, row.kind, row.source) for row in rows] == [
        ("a.png", "png", "complainant"),
        ("合同.pdf", "pdf", "complainant"),
        ("a.zip", "zip", "complainant"),
    ]
    assert rows[2].listing == (("a.txt", 1),)
    found, read = content(db, factories.centre(), filed.case_id, rows[1].id)
    assert (found.name, found.media_type, found.size, read) == (
        "合同.pdf",
        "application/pdf",
        len(files.PDF),
        files.PDF,
    )
    case = factories.read(filed.case_id)
    with acting(SYSTEM):
        events = list(db.session.scalars(select(chain.CaseEvent).where(chain.CaseEvent.case_id == case.id)))
        assert [event.verb for event in events] == ["file", "attach"]
        assert events[1].facts["count"] == 3
        assert all(len(head) == 12 for head in events[1].facts["sha256"])
        assert chain.faults(case, events) == []
        assert db.session.scalars(select(Upload)).all() == []
    db.session.remove()


def test_a_filing_sent_again_is_the_same_case(db):
    token = take(db).token
    known = {"source_system": "portal", "external_no": "1"}
    first = factories.file(attachments=(token,), **known)
    assert factories.file(attachments=(token,), **known).case_id == first.case_id
    again = take(db)
    with pytest.raises(Refused):
        factories.file(attachments=(take(db, "pdf").token,), **known)
    assert again.sha256 != ""


def test_the_same_file_uploaded_again_is_the_same_filing(db):
    known = {"source_system": "portal", "external_no": "2"}
    first = factories.file(attachments=(take(db, "pdf").token,), **known)
    assert factories.file(attachments=(take(db, "pdf").token,), **known).case_id == first.case_id


def test_tokens_that_do_not_count(db):
    token = take(db).token
    user = as_(db, SYSTEM, lambda: factories.officer(Role.WINDOW, at=factories.CENTRE).id)
    window = factories.actor(Role.WINDOW, user_id=user)
    factories.file(attachments=(token,))
    late = take(db, now=NOW - KEPT).token
    foreign = take(db, by=window).token
    for wrong in ("nobody-has-it", token, late, foreign):
        with pytest.raises(Invalid) as error:
            factories.file(attachments=(wrong,))
        assert set(error.value.fields) == {"attachments"}
    many = tuple(take(db).token for _ in range(11))
    with pytest.raises(Invalid, match="10 files"):
        factories.file(attachments=many)


def test_all_together_have_a_limit(db, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_CASE", 2 * len(files.GOOD["pdf"][1]))
    tokens = tuple(take(db, "pdf").token for _ in range(3))
    with pytest.raises(Invalid, match="100 MB"):
        factories.file(attachments=tokens)
    case_id = factories.file(attachments=tokens[:2]).case_id
    with pytest.raises(Invalid, match="100 MB"):
        _add(db, case_id, factories.centre(), "pdf")


def _add(db, case_id, who, which="pdf"):
    token = take(db, which, by=who).token
    return as_(db, who, attachments.add, case_id, [token], who, NOW)


def test_officers_add_to_a_case_in_scope(db):
    case_id = factories.case_in(Status.INVESTIGATING)
    centre, unit, stranger = factories.centre(), factories.handler(), factories.handler(at=OTHER)
    assert _add(db, case_id, unit) == 1
    with pytest.raises(NotFound):
        _add(db, case_id, stranger)
    with pytest.raises(Invalid, match="choose a file"):
        as_(db, centre, attachments.add, case_id, [], centre, NOW)
    for _ in range(9):
        _add(db, case_id, centre)
    with pytest.raises(Invalid, match="10 files"):
        _add(db, case_id, centre)


def test_nothing_is_added_to_a_case_that_is_over(db):
    case_id = factories.case_in(Status.CLOSED)
    with pytest.raises(Refused, match="over"):
        _add(db, case_id, factories.centre())


def test_one_upload_goes_to_one_case(db, monkeypatch):
    token = take(db).token
    whose = attachments.uploads_of

    def meanwhile(*arguments):
        rows = whose(*arguments)
        for row in rows:
            db.session.delete(row)
            db.session.flush()
            db.session.expunge_all()
        return rows

    calls = iter((whose, meanwhile))
    monkeypatch.setattr(attachments, "uploads_of", lambda *arguments: next(calls)(*arguments))  # noqa: PLW0108 - one call each
    with pytest.raises(Invalid, match="another complaint"):
        factories.file(attachments=(token,))


def test_the_loser_of_a_race_hears_who_was_first(db, monkeypatch):
    case_id, who = factories.case_in(Status.INVESTIGATING), factories.centre()
    token = take(db, by=who).token
    for fault, expected in (
        (StaleDataError("late"), Refused),
        (IntegrityError("", {}, Exception("other")), IntegrityError),
    ):

        def late(*_, fault=fault):
            raise fault

        monkeypatch.setattr(attachments, "claim", late)
        with pytest.raises(expected):
            as_(db, who, attachments.add, case_id, [token], who, NOW)


def test_evidence_is_behind_the_scope_of_its_case(db):
    case_id = factories.case_in(Status.INVESTIGATING, attachments=(take(db).token,))
    other = factories.file().case_id
    row = listed(db, case_id, factories.centre())[0]
    assert content(db, factories.handler(), case_id, row.id)[1] == files.GOOD["png"][1]
    for who, case, one in (
        (factories.handler(at=OTHER), case_id, row.id),
        (factories.centre(), other, row.id),
        (factories.centre(), case_id, row.id + 1),
        (PUBLIC, case_id, row.id),
    ):
        with pytest.raises(NotFound):
            content(db, who, case, one)
    with pytest.raises(NotFound):
        listed(db, case_id, factories.handler(at=OTHER))


def test_a_confidential_case_keeps_its_evidence_from_the_unit(db):
    case_id = factories.case_in(Status.INVESTIGATING, attachments=(take(db, "zip").token,), is_confidential=True)
    _add(db, case_id, factories.centre())
    theirs, ours = listed(db, case_id, factories.handler())
    assert (theirs.name, theirs.listing, theirs.may_open) == ("", (), False)
    assert ours.may_open
    with pytest.raises(NotFound):
        content(db, factories.handler(), case_id, theirs.id)
    assert content(db, factories.centre(), case_id, theirs.id)[0].name == "a.zip"


def test_thumbnails_are_made_by_a_job(db, folder):
    damaged = take(db, "bmp")
    case_id = factories.file(attachments=(take(db).token, take(db, "pdf").token, damaged.token)).case_id
    rows = {row.kind: row for row in listed(db, case_id, factories.centre())}
    with pytest.raises(NotFound):
        content(db, factories.centre(), case_id, rows["png"].id, small=True)
    assert as_(db, SYSTEM, attachments.undrawn_count) == 2
    key = as_(
        db, SYSTEM, lambda: db.session.scalars(select(Attachment.storage_key).where(Attachment.kind == "bmp")).one()
    )
    kept.storage.delete(key)
    assert as_(db, SYSTEM, attachments.draw, 1) == {"made": 1, "failed": 1}
    assert as_(db, SYSTEM, attachments.undrawn_count) == 0
    found, small = content(db, factories.centre(), case_id, rows["png"].id, small=True)
    assert (found.media_type, small[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert len(stored(folder)) == 3


def test_a_thumbnail_made_twice_is_kept_once(db, folder, monkeypatch):
    case_id = factories.file(attachments=(take(db).token,)).case_id
    row = as_(db, SYSTEM, lambda: db.session.execute(select(Attachment.id, Attachment.storage_key)).one())
    assert as_(db, SYSTEM, attachments._draw, *row) == "made"
    assert as_(db, SYSTEM, attachments._draw, *row) == "made"
    assert len(stored(folder)) == 2
    assert listed(db, case_id, factories.centre())[0].has_thumbnail


def test_a_picture_waits_where_there_is_no_room_for_its_thumbnail(db, folder, monkeypatch):
    factories.file(attachments=(take(db).token,))
    real = kept.storage.put

    def full(key, chunks):
        raise NoRoom("The file cannot be stored: No space left on device.")

    monkeypatch.setattr(kept.storage, "put", full)
    with pytest.raises(NoRoom):
        as_(db, SYSTEM, attachments.draw)
    assert as_(db, SYSTEM, attachments.undrawn_count) == 1
    monkeypatch.setattr(kept.storage, "put", real)
    assert as_(db, SYSTEM, attachments.draw) == {"made": 1, "failed": 0}


def test_a_picture_that_cannot_be_drawn_is_given_up(db, folder):
    factories.file(attachments=(take(db).token,))
    key = as_(db, SYSTEM, lambda: db.session.scalars(select(Attachment.storage_key)).one())
    kept.storage.put(key, [b"no picture at all"])
    assert as_(db, SYSTEM, attachments.draw) == {"made": 0, "failed": 1}


def test_files_without_a_row_are_swept_and_all_others_stay(db, folder):
    factories.file(attachments=(take(db).token,))
    as_(db, SYSTEM, attachments.draw)
    take(db)
    kept.storage.put(ORPHAN, [b"its process died before the row was written"])
    late = time.time() + 60
    assert as_(db, SYSTEM, uploads.sweep_orphans, late - 3600) == 0
    assert as_(db, SYSTEM, uploads.sweep_orphans, late) == 1
    assert len(stored(folder)) == 3
    assert ORPHAN not in {path.name for path in stored(folder)}


def test_a_folder_of_another_database_is_not_swept(db, folder, monkeypatch, caplog):
    monkeypatch.setattr(uploads, "MOST_ORPHANS", 1)
    for key in (ORPHAN, "ab" * 16):
        kept.storage.put(key, [b"evidence of another database"])
    with caplog.at_level(logging.ERROR):
        assert as_(db, SYSTEM, uploads.sweep_orphans, time.time() + 60) == 0
    assert "do the folder and the database match" in caplog.text
    assert len(stored(folder)) == 2


def test_what_nobody_claims_is_swept(db, folder, monkeypatch):
    mine, token = take(db), take(db).token
    factories.file(attachments=(token,))
    assert as_(db, PUBLIC, uploads.waiting, [mine.token, token, mine.token], PUBLIC, NOW) == [mine]
    assert as_(db, SYSTEM, uploads.expired_count, NOW) == 0
    assert as_(db, SYSTEM, uploads.sweep, NOW) == 0
    later = NOW + KEPT + timedelta(seconds=1)
    assert as_(db, SYSTEM, uploads.expired_count, later) == 1
    assert as_(db, PUBLIC, uploads.waiting, [mine.token], PUBLIC, later) == []
    assert as_(db, SYSTEM, uploads.sweep, later) == 1
    assert len(stored(folder)) == 1


def test_two_sweeps_at_once(db, folder, monkeypatch):
    take(db)
    monkeypatch.setattr(uploads, "delete", lambda model: _already_gone(db, model))
    assert as_(db, SYSTEM, uploads.sweep, NOW + KEPT) == 0


def _already_gone(db, model):
    """The other sweep has removed the row: this one's delete finds none."""
    db.session.query(model).delete()
    return sqlalchemy.delete(model)


def test_a_file_that_cannot_be_removed_does_not_stop_the_sweep(db, monkeypatch, caplog):
    take(db)

    def stuck(key):
        raise GatewayError("stuck")

    monkeypatch.setattr(kept.storage, "delete", stuck)
    with caplog.at_level(logging.ERROR):
        assert as_(db, SYSTEM, uploads.sweep, NOW + KEPT) == 1

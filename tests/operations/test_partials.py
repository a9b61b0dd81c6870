"""A file in pieces is the same upload as one that came at once; only who began it goes on, and only in order."""

from __future__ import annotations

import hashlib

import pytest

from app.domain.access import Role, complainant
from app.domain.errors import GatewayError, Invalid, NotFound, Refused
from app.domain.evidence import KEPT, MAX_FILE, MAX_OPEN, PIECE, piece_due
from app.extensions import files as kept
from app.models.scope import acting
from app.operations import partials, uploads
from tests import factories
from tests.factories import NOW
from tests.operations import files

PUBLIC = complainant(0)
LONG = "回音".encode() * 200_000


@pytest.fixture(autouse=True)
def public(app, db, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    with acting(PUBLIC):
        yield
        db.session.remove()


@pytest.fixture
def stored(tmp_path):
    return lambda: [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def begin(content=LONG, name="长文.txt", opener="me", by=PUBLIC, now=NOW):
    return partials.begin(name, len(content), opener, by, now).token


def go_on(token, content=LONG, opener="me", by=PUBLIC, now=NOW):
    """Send what is still missing."""
    now_at = partials.state(token, opener, by, now)
    while now_at.upload is None:
        at = now_at.received
        now_at = partials.take(token, at, content[at : at + piece_due(len(content), at)], opener, by, now)
    return now_at.upload


def refused(kind, call, *arguments):
    with pytest.raises(kind) as error:
        call(*arguments)
    return error.value


def test_pieces_become_an_upload_and_are_gone_then(stored):
    token = begin()
    first = partials.take(token, 0, LONG[:PIECE], "me", PUBLIC, NOW)
    assert (first.received, first.upload) == (PIECE, None)
    (piece,) = stored()
    assert "回音".encode() not in piece.read_bytes()
    upload = go_on(token)
    (whole,) = stored()
    assert b"".join(kept.storage.read(whole.name)) == LONG
    assert uploads.waiting([upload.token], PUBLIC, NOW) == [upload]
    assert (upload.name, upload.size) == ("长文.txt", len(LONG))
    assert partials.state(token, "me", PUBLIC, NOW).upload == upload
    assert partials.take(token, 0, b"again", "me", PUBLIC, NOW).upload == upload


def test_a_piece_out_of_order_or_cut_short_is_not_kept(stored):
    token = begin()
    for offset in (PIECE, -1, 1):
        error = refused(Refused, partials.take, token, offset, LONG[:PIECE], "me", PUBLIC, NOW)
        assert error.reasons[0].code == "offset"
    for piece in (LONG[: PIECE - 1], LONG[: PIECE + 1], b""):
        assert refused(Invalid, partials.take, token, 0, piece, "me", PUBLIC, NOW).fields == {"file": partials.SHORT}
    assert (stored(), partials.state(token, "me", PUBLIC, NOW).received) == ([], 0)


def test_of_two_pieces_for_one_place_one_is_kept(db, stored, monkeypatch):
    token, put = begin(), kept.storage.put
    other = LONG[:PIECE][::-1]

    def slow(key, pieces):
        monkeypatch.setattr(kept.storage, "put", put)
        partials.take(token, 0, LONG[:PIECE], "me", PUBLIC, NOW)
        put(key, pieces)

    monkeypatch.setattr(kept.storage, "put", slow)
    assert refused(Refused, partials.take, token, 0, other, "me", PUBLIC, NOW).reasons[0].code == "offset"
    assert len(stored()) == 1
    assert go_on(token).sha256 == hashlib.sha256(LONG).hexdigest()


def test_nobody_else_goes_on():
    intake, token = factories.centre(), begin()
    for opener, by in (("you", PUBLIC), ("", PUBLIC), ("me", intake)):
        refused(NotFound, partials.state, token, opener, by, NOW)
        refused(NotFound, partials.take, token, 0, LONG[:PIECE], opener, by, NOW)
        refused(NotFound, partials.drop, token, opener, by, NOW)
    refused(NotFound, partials.state, "\ud800", "me", PUBLIC, NOW)
    partials.drop(token, "me", PUBLIC, NOW)
    refused(NotFound, partials.state, token, "me", PUBLIC, NOW)


def test_what_cannot_be_taken_is_told_before_it_is_sent():
    cases = (("a.txt", 0, uploads.EMPTY), ("a.txt", MAX_FILE + 1, uploads.TOO_LARGE), ("a.exe", 5, partials.UNKNOWN))
    for name, size, said in cases:
        assert refused(Invalid, partials.begin, name, size, "me", PUBLIC, NOW).fields == {"file": said}
    refused(Refused, partials.begin, "a.txt", 5, "me", factories.actor(Role.LEADER_VIEW), NOW)


def test_a_file_that_is_not_taken_leaves_nothing(stored):
    token = begin(b"MZ\x90\0", "a.txt")
    assert refused(Invalid, go_on, token, b"MZ\x90\0").fields
    refused(NotFound, partials.state, token, "me", PUBLIC, NOW)
    assert stored() == []


def test_what_is_there_stays_while_the_scanner_is_away_and_not_where_a_piece_is_lost(stored, monkeypatch):
    content = files.picture()
    token = begin(content, "a.png")

    def away(_):
        raise GatewayError("No scanner.")

    with monkeypatch.context() as patch:
        patch.setattr(kept.scanner, "scan", away)
        refused(GatewayError, go_on, token, content)
    assert partials.state(token, "me", PUBLIC, NOW).received == len(content)
    assert go_on(token, content).name == "a.png"
    token = begin()
    partials.take(token, 0, LONG[:PIECE], "me", PUBLIC, NOW)
    for path in stored():
        path.unlink()
    refused(GatewayError, go_on, token)
    refused(NotFound, partials.state, token, "me", PUBLIC, NOW)


def test_a_file_given_up_while_it_is_taken_in_is_still_an_upload(monkeypatch):
    token, content = begin(b"words", "a.txt"), b"words"

    def receive(*arguments):
        partials.drop(token, "me", PUBLIC, NOW)
        return uploads.receive(*arguments)

    monkeypatch.setattr(partials, "receive", receive)
    assert go_on(token, content).size == 5


def test_the_oldest_of_too_many_goes_and_what_is_over_is_swept(stored, monkeypatch):
    tokens = [begin() for _ in range(MAX_OPEN)]
    partials.take(tokens[0], 0, LONG[:PIECE], "me", PUBLIC, NOW)
    other = begin(opener="you")
    begin()
    refused(NotFound, partials.state, tokens[0], "me", PUBLIC, NOW)
    assert (partials.state(other, "you", PUBLIC, NOW).received, stored()) == (0, [])
    partials.take(other, 0, LONG[:PIECE], "you", PUBLIC, NOW)
    assert (partials.over_count(NOW), partials.sweep(NOW)) == (0, 0)
    refused(NotFound, partials.state, other, "you", PUBLIC, NOW + KEPT)

    def broken(_):
        raise GatewayError("The disk is away.")

    monkeypatch.setattr(kept.storage, "delete", broken)
    assert partials.over_count(NOW + KEPT) == MAX_OPEN + 1
    assert partials.sweep(NOW + KEPT) == MAX_OPEN + 1

"""Fixtures of backups: a database with evidence, its backup, and other machines to restore it on."""

from __future__ import annotations

import io
from itertools import count

import pytest

from app.domain.access import SYSTEM, Role, complainant
from app.domain.evidence import PIECE
from app.domain.lifecycle import Status
from app.extensions import files as kept
from app.gateways.storage import FolderStorage
from app.models.scope import acting
from app.operations import attachments, backup, client_keys, deliveries, partials, second_factor, uploads
from tests import factories
from tests.elsewhere import another_app
from tests.factories import NOW
from tests.operations import files

PUBLIC = complainant(0)
_serial = count(1)


@pytest.fixture
def evidence_folder(app, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", dict(settings.data_keys)))
    return tmp_path / "files"


@pytest.fixture
def told():
    return []


@pytest.fixture
def coming(db, evidence_folder):
    """The token of a file of two pieces, of which the first is there."""
    db.session.remove()
    with acting(PUBLIC):
        token = partials.begin("两段.txt", PIECE + 1, "me", PUBLIC, NOW).token
        partials.take(token, 0, b"x" * PIECE, "me", PUBLIC, NOW)
    db.session.remove()
    return token


@pytest.fixture
def filled(db, evidence_folder, coming):
    """A closed case with two pieces of evidence and a thumbnail, one that is anonymous, a file that waits and more.

    A file of which a piece is there, a connected system that was told of the case, an account with a second factor.
    """
    tokens = (take(db, "png"), take(db, "pdf"))
    case_id = factories.file(attachments=tokens).case_id
    factories.bring(case_id, Status.CLOSED)
    factories.file(is_confidential=True)
    take(db, "zip")
    connect(db, case_id)
    with acting(SYSTEM):
        assert attachments.draw() == {"made": 1, "failed": 0}
    db.session.remove()
    return case_id


@pytest.fixture
def saved(filled, tmp_path, told):
    """Its backup."""
    path = tmp_path / "one.backup"
    backup.make(path, NOW, told.append)
    return path


@pytest.fixture
def elsewhere(settings, database, tmp_path):
    """Other machines, each empty."""

    def machine(kind="", **changes):
        number = next(_serial)
        place = tmp_path / f"machine-{number}"
        place.mkdir()
        url = ""
        if kind == "postgres":
            database._server.execute(f"CREATE DATABASE other{number}")
            url = database.url.replace("/test?", f"/other{number}?")
        return another_app(settings, place, url, **changes)

    return machine


def connect(db, case_id):
    """What only those have who come by a key, or by a code."""
    with acting(SYSTEM):
        client, _ = client_keys.add(client_keys.NewClient("hotline-a", "热线"), SYSTEM, NOW)
        deliveries.record(client.id, client.keys[0].id, "GET /api/v1/cases/<pk>", [case_id], ["title"], NOW)
        user_id = factories.officer(Role.AUDITOR, at=factories.CENTRE).id
        second_factor.start(user_id)
        second_factor.renew_codes(user_id)
    db.session.remove()


def take(db, which):
    db.session.remove()
    name, content = files.GOOD[which]
    with acting(PUBLIC):
        token = uploads.receive(io.BytesIO(content), name, PUBLIC, NOW).token
    db.session.remove()
    return token

"""Files in pieces at the portal and on the case page: begun, continued, given up, by whom they belong to."""

from __future__ import annotations

import shutil

import pytest

from app.domain.evidence import PIECE
from app.extensions import files as kept
from tests.pages import page

FORM = "/complain/A10?region=410105"
START = "/complain/upload"
LONG = "回音".encode() * 100_000


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    return tmp_path / "files"


class Sender:
    """What the script of a page does."""

    def __init__(self, browser, at, start):
        self.browser, self.start = browser, start
        self.headers = {"X-CSRFToken": browser.token(at)}

    def begin(self, name, size):
        return self.browser.post(self.start, data={"name": name, "size": size}, headers=self.headers)

    def put(self, at, offset, piece):
        return self.browser.put(f"{at}?offset={offset}", data=piece, headers=self.headers)

    def all(self, name, content):
        """Send a whole file: the last answer."""
        answer = self.begin(name, len(content))
        at = answer.get_json().get("at")
        for offset in range(0, len(content) if at else 0, PIECE):
            answer = self.put(at, offset, content[offset : offset + PIECE])
        return answer


@pytest.fixture
def sender(visitor):
    visitor.get("/language/en")
    return Sender(visitor, FORM, START)


def test_a_file_in_pieces(visitor, sender, complaint):
    answer = sender.begin("说明.txt", len(LONG))
    assert answer.status_code == 201
    at = answer.get_json()["at"]
    assert answer.get_json() == {"at": at, "received": 0, "piece": PIECE}
    assert sender.put(at, 0, LONG[:PIECE]).get_json()["received"] == PIECE
    assert sender.put(at, 0, LONG[:PIECE]).status_code == 409
    assert visitor.get(at).get_json()["received"] == PIECE
    upload = sender.put(at, PIECE, LONG[PIECE:]).get_json()["upload"]
    assert (upload["name"], upload["size"]) == ("说明.txt", len(LONG))
    filed = visitor.send(FORM, **complaint, attachments=upload["token"])
    assert filed.location.startswith("/complain/done?n=TS")


def test_what_is_wrong_is_told_in_a_sentence(sender, folder):
    assert sender.all("a.html", b"<p>").get_json()["error"].startswith("This kind of file")
    assert sender.all("a.txt", b"MZ\x90\0").get_json()["error"].startswith("This kind of file")
    for size in ("", "-5", "0", "1.5", "x", "٣", "9" * 20):
        assert sender.begin("a.txt", size).get_json() == {"error": "The file is empty."}
    assert sender.begin("a.txt", 20 * 2**20 + 1).get_json() == {"error": "The file is larger than 20 MB."}
    at = sender.begin("a.txt", 5).get_json()["at"]
    assert sender.put(at, 0, b"shor").get_json()["error"].startswith("The connection broke.")
    assert sender.put(at, "x", b"words").status_code == 409
    assert sender.put(at, 0, b"x" * (PIECE + 1)).status_code == 422
    shutil.rmtree(folder)
    folder.write_text("a file in the way")
    assert sender.put(at, 0, b"words").get_json()["error"].startswith("Files cannot be taken at the moment.")


def test_only_the_browser_that_began_goes_on_and_only_with_its_csrf_token(app, visitor, sender):
    at = sender.begin("a.txt", 5).get_json()["at"]
    other = page(app)
    stranger = Sender(other, FORM, START)
    for answer in (other.get(at), stranger.put(at, 0, b"words"), other.delete(at, headers=stranger.headers)):
        assert answer.status_code == 404
    assert visitor.put(f"{at}?offset=0", data=b"words").status_code == 400
    assert visitor.post(START, data={"name": "a.txt", "size": 5}).status_code == 400
    assert visitor.delete(at, headers=sender.headers).status_code == 204
    assert visitor.get(at).status_code == 404
    at = sender.begin("a.txt", 5).get_json()["at"]
    visitor.get("/quit")
    assert visitor.get(at).status_code == 404, "leaving quickly forgets uploads"


def test_files_in_pieces_on_the_case_page(office):
    case_id = office.case("investigating")
    handler = office.sign_in("handler")
    at = f"/admin/cases/show/{case_id}"
    sender = Sender(handler, at, f"/admin/evidence/{case_id}/upload")
    token = sender.all("报告.txt", LONG).get_json()["upload"]["token"]
    add = f"/admin/evidence/{case_id}/add"
    answer = handler.post(add, data={"attachments": token}, headers=sender.headers, follow_redirects=True)
    assert "Files added: 1." in answer.text
    half = sender.begin("a.txt", 5).get_json()["at"]
    colleague = office.sign_in("handler")
    assert Sender(colleague, at, "").put(half, 0, b"words").status_code == 404
    stranger = office.sign_in("handler", "410300-ZJ")
    assert stranger.get(half).status_code == 404
    assert page(office.app).get(half).status_code in (302, 401)
    assert handler.delete(half, headers=sender.headers).status_code == 204

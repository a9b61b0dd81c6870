"""Every hostile file at every door that takes files: refused with a sentence in Chinese, and nothing is kept."""

from __future__ import annotations

import html
import io
import re

import pytest

from app.domain.access import SYSTEM, Role
from app.domain.evidence import clean_name
from app.extensions import db
from app.extensions import files as kept
from app.gateways.antivirus import make_scanner
from app.gateways.storage import FolderStorage
from app.models.scope import acting
from tests import factories
from tests.doors.conftest import HASH
from tests.doors.naughtily import faults, is_chinese, told
from tests.doors.test_evidence import FORM, part, send, upload
from tests.doors.test_uploads import START, Sender
from tests.gateways.clamd import Stand
from tests.operations import files
from tests.pages import Rest

NAMES = {
    "../../etc/passwd.png": "passwd.png",
    "..\\..\\boot.png": "boot.png",
    "/etc/shadow.png": "shadow.png",
    "CON.png": "_CON.png",
    "con": "_con.png",
    "LPT1.tar.png": "_LPT1.tar.png",
    "照" * 300 + ".png": "照" * 251 + ".png",
    "x" * 5000 + ".png": "x" * 251 + ".png",
    "gnp\u202egpj.png": "gnpgpj.png",
    "a\u200b\u2066b.png": "ab.png",
    "𠮷野家 (1)%00.png": "𠮷野家 (1)%00.png",
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png",
    ".png": "png.png",
    "...": "file.png",
}


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    return tmp_path / "files"


def _stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


class Portal:
    """One file at a time, in pieces, as the script of the form sends it."""

    def __init__(self, visitor):
        self.sender = Sender(visitor, FORM, START)

    def __call__(self, which):
        stream, name = part(which)
        return self.sender.all(name, stream.read())


class Page:
    """The form on the page of a case, which answers with the page."""

    def __init__(self, office):
        self.case_id = office.case("investigating")
        self.browser = office.sign_in("handler")
        self.browser.get("/language/zh_Hans")
        self.page = f"/admin/cases/show/{self.case_id}"
        self.token = self.browser.token(self.page)

    def __call__(self, which):
        data = {"csrf_token": self.token, "files": part(which)}
        return self.browser.post(f"/admin/evidence/{self.case_id}/add", data=data, follow_redirects=True)


def client_of(office, role):
    """A REST client whose account was made in the office: no context stays open between its calls and a browser's."""
    with office.app.app_context(), acting(SYSTEM):
        officer = factories.officer(Role(role), at=factories.CENTRE)
        officer.password = HASH
        db.session.commit()
        name = officer.username
    return Rest(office.app, name)


def test_there_are_enough_of_them():
    assert len(files.HOSTILE) >= 40


def test_at_the_portal_one_by_one(visitor, folder):
    one = Portal(visitor)
    for which in files.HOSTILE:
        answer = one(which)
        assert (answer.status_code, is_chinese(answer.get_json()["error"])) == (422, True), which
    assert _stored(folder) == []


def test_at_the_portal_with_the_form(visitor, complaint, folder):
    """Ten at a time: each is named with what is wrong with it."""
    names = list(files.HOSTILE)
    for batch in (names[first : first + 10] for first in range(0, len(names), 10)):
        answer = send(visitor, complaint, *batch)
        assert answer.status_code == 422
        said = " ".join(faults(answer.text))
        for which in batch:
            name = clean_name(files.HOSTILE[which][0])
            assert re.search(rf"{re.escape(name)}: [^a-z]*[\u4e00-\u9fff]", said), which
        assert "\u202e" not in answer.text
    assert _stored(folder) == []


def test_on_the_officers_page(office, folder):
    one = Page(office)
    for which in files.HOSTILE:
        answer = one(which)
        said = faults(answer.text)
        assert answer.status_code == 200
        assert said, which
        assert all(map(is_chinese, said)), (which, said)
        assert said[0].startswith(f"{clean_name(files.HOSTILE[which][0])}: "), (which, said)
    assert _stored(folder) == []


def test_by_rest_in_chinese(rest, folder):
    client = rest("api_client")
    for which in files.HOSTILE:
        answer = told(upload(client, which), about=which)
        assert answer.status_code == 422, which
        assert [line["field"] for line in answer.get_json()["errors"]] == ["file"], which
    assert _stored(folder) == []


# --- names ------------------------------------------------------------------------------------------------------


def test_names_at_the_portal_and_on_the_officers_page(visitor, office):
    portal, page = Portal(visitor), Page(office)
    for given, shown in NAMES.items():
        answer = portal((given, files.GOOD["png"][1]))
        assert (answer.status_code, answer.get_json()["upload"]["name"]) == (200, shown), given
        assert page((given, files.GOOD["png"][1])).status_code == 200
        if given == "照" * 300 + ".png":
            page = Page(office)  # ten files a case
    text = page.browser.get(page.page).text
    assert "<img src=x" not in text
    assert "<img src=x onerror=alert(1)>.png" in html.unescape(text)
    assert "gnpgpj.png" in text
    assert "\u202e" not in text


def test_names_in_a_zip_file_of_windows_in_china_are_shown_right_at_every_door(visitor, complaint, office):
    zipped = ("照片.zip", files.gbk_zip())
    assert send(visitor, complaint, zipped).status_code == 303
    intake = office.sign_in("intake")
    case_id = int(re.search(r"/admin/cases/show/(\d+)", intake.get("/admin/work/to_accept").text)[1])
    assert "现场照片/证据一.txt" in intake.get(f"/admin/cases/show/{case_id}").text
    page = Page(office)
    assert "现场照片/证据一.txt" in page(zipped).text
    rows = client_of(office, "intake")("GET", f"cases/{case_id}/attachments").get_json()["result"]
    assert [line["name"] for line in rows[0]["listing"]] == ["现场照片/证据一.txt"]


def test_names_in_a_zip_file_are_escaped(visitor, complaint, office):
    entries = {
        "../../x.txt": b"1",
        "<script>alert(1)</script>": b"1",
        "a\u202egpj.exe": b"1",
        "CON": b"1",
        "x" * 500: b"1",
    }
    assert send(visitor, complaint, ("a.zip", files.packed(entries))).status_code == 303
    intake = office.sign_in("intake")
    case_id = int(re.search(r"/admin/cases/show/(\d+)", intake.get("/admin/work/to_accept").text)[1])
    text = intake.get(f"/admin/cases/show/{case_id}").text
    assert "<script>alert(1)" not in text
    assert "<script>alert(1)</script>" in html.unescape(text)
    assert "\u202e" not in text


# --- viruses ----------------------------------------------------------------------------------------------------


def test_a_virus_is_told_at_every_door(visitor, complaint, office, folder, monkeypatch, tmp_path):
    client = client_of(office, "api_client")
    doors = (Portal(visitor), Page(office), lambda which: upload(client, which))
    infected = ("a.txt", files.EICAR)
    with Stand(tmp_path / "clamd") as stand:
        monkeypatch.setattr(kept, "scanner", make_scanner(stand.address))
        answers = [door(infected) for door in doors]
        assert [answer.status_code for answer in answers] == [422, 200, 422]
        form = send(visitor, complaint, infected, ("b.txt", b"clean"))
        assert form.status_code == 422
        assert "a.txt: " in form.text
        assert "b.txt" in form.text
        assert len(stand.seen) == 5
    by_rest = told(answers[2]).get_json()["errors"][0]["message"]
    assert is_chinese(by_rest)
    assert answers[0].get_json()["error"] == by_rest
    assert faults(answers[1].text) == [f"a.txt: {by_rest}"]
    assert len(_stored(folder)) == 1


def test_a_scanner_away_is_told_at_every_door(visitor, complaint, office, folder, monkeypatch, tmp_path):
    client = client_of(office, "api_client")
    monkeypatch.setattr(kept, "scanner", make_scanner(f"unix:{tmp_path}/nobody"))
    portal, page = Portal(visitor)("txt"), Page(office)("txt")
    assert (portal.status_code, is_chinese(portal.get_json()["error"])) == (503, True)
    assert all(map(is_chinese, faults(page.text)))
    assert faults(page.text)
    away = upload(client, "txt")
    assert (away.status_code, is_chinese(away.get_json()["detail"])) == (502, True)
    assert send(visitor, complaint, "txt").status_code == 422
    assert len(_stored(folder)) == 1  # the portal's piece waits, sealed, for the scanner


def test_a_part_without_a_name_or_content(visitor, complaint):
    """An input left empty is no file; a name alone is an empty one."""
    token = visitor.token(FORM)
    data = {**complaint, "csrf_token": token, "files": (io.BytesIO(b""), "")}
    assert visitor.post(FORM, data=data).status_code == 303
    assert Portal(visitor)(("a.txt", b"")).status_code == 422

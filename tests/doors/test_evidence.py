"""Files by REST, at the portal and on the officers' page: taken, refused with a sentence, and sent out harmless."""

from __future__ import annotations

import gc
import io
import re
from urllib.parse import quote

import pytest

from app.domain.lifecycle import Status
from app.extensions import clock
from app.extensions import files as kept
from tests import factories
from tests.doors.filings import BODY, numbered
from tests.gateways.clamd import Stand
from tests.operations import files

OTHER = "410300-ZJ"
FORM = "/complain/A10?region=410105"


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    from app.gateways.storage import FolderStorage

    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    return tmp_path / "files"


def part(which):
    name, content = (files.GOOD | files.HOSTILE)[which] if isinstance(which, str) else which
    return io.BytesIO(content), name


def upload(who, which, name="file"):
    return who("POST", "attachments/", data={name: part(which)})


def is_problem(answer, *statuses):
    body = answer.get_json()
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert answer.mimetype == "application/problem+json"
    return [line["message"] for line in body.get("errors", [{"message": body["detail"]}])]


# --- REST -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", list(files.HOSTILE))
def test_a_hostile_file_is_refused_with_a_sentence(hostile_client, which, folder):
    said = is_problem(upload(hostile_client, which), 422)
    assert said
    assert all(len(line) > 4 for line in said)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.fixture
def hostile_client(rest):
    return rest("api_client")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_bodies_that_are_no_upload(rest):
    client = rest("api_client")
    png = files.GOOD["png"]
    is_problem(client("POST", "attachments/"), 415, 422)
    is_problem(client("POST", "attachments/", json={"file": "x"}), 415)
    is_problem(client("POST", "attachments/", data=b"x", content_type="multipart/form-data"), 400, 422)
    broken = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf'
    is_problem(client("POST", "attachments/", data=broken, content_type="multipart/form-data; boundary=b"), 400, 422)
    is_problem(upload(client, "png", name="document"), 422)
    is_problem(client("POST", "attachments/", data={"file": [part(png), part(png)]}), 422)
    is_problem(client("POST", "attachments/", data={"file": part(png), "more": "1"}), 422)
    is_problem(upload(client, ("a.txt", b"x" * (20 * 2**20 + 1))), 413, 422)
    is_problem(upload(client, ("a.txt", b"x" * (21 * 2**20))), 413)
    gc.collect()  # Werkzeug drops the temporary file of a body that breaks off


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.png", "x.png"),
        ("CON.png", "_CON.png"),
        ("图" * 300 + ".png", "图" * 251 + ".png"),
        ("gnp\u202egpj.png", "gnpgpj.png"),
        ("", "file.png"),
        ("现场 照片(1).png", "现场 照片(1).png"),
        ("a;b%00'.png", "a;b%00'.png"),
    ],
)
def test_names(rest, name, shown):
    client = rest("api_client")
    answer = upload(client, (name, files.GOOD["png"][1]))
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["name"] == shown
    filed = client("POST", "cases/", json={**BODY, "attachments": [answer.get_json()["token"]]}).get_json()
    row = client("GET", f"cases/{filed['id']}/attachments").get_json()["result"][0]
    sent = client("GET", f"cases/{filed['id']}/attachments/{row['id']}")
    assert row["name"] == shown
    assert f"filename*=UTF-8''{quote(shown, safe='')}" in sent.headers["Content-Disposition"]


def test_from_upload_to_download(rest):
    client, intake = rest("api_client"), rest("intake")
    tokens = []
    for which in ("png", "zip", "pdf"):
        answer = upload(client, which)
        assert answer.status_code == 201, answer.text
        assert set(answer.get_json()) == {"token", "name", "kind", "size", "sha256"}
        tokens.append(answer.get_json()["token"])
    body = numbered("F-1", attachments=tokens)
    filed = client("POST", "cases/", json=body)
    assert filed.status_code == 201, filed.text
    assert client("POST", "cases/", json=body).status_code == 200
    assert client("POST", "cases/", json=numbered("F-1")).status_code == 409
    case_id = filed.get_json()["id"]
    rows = intake("GET", f"cases/{case_id}/attachments").get_json()["result"]
    assert [(row["kind"], row["source"], row["may_open"]) for row in rows] == [
        ("png", "client", True),
        ("zip", "client", True),
        ("pdf", "client", True),
    ]
    assert rows[1]["listing"] == [{"name": "a.txt", "size": 1}]
    sent = intake("GET", f"cases/{case_id}/attachments/{rows[2]['id']}")
    assert (sent.data, sent.mimetype) == (files.PDF, "application/pdf")
    assert sent.headers["Content-Disposition"].startswith("attachment; ")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"].startswith("sandbox")
    assert sent.headers["Cache-Control"] == "no-store"
    assert rest("handler", OTHER)("GET", f"cases/{case_id}/attachments/{rows[2]['id']}").status_code == 404
    assert rest("handler", OTHER)("GET", f"cases/{case_id}/attachments").status_code == 404
    assert rest("api_client")("GET", f"cases/{case_id}/attachments/{rows[2]['id']}").status_code == 404
    lines = client("GET", f"cases/{case_id}/timeline").get_json()["result"]
    assert [line["verb"] for line in lines] == ["file", "attach"]


def test_adding_by_rest(rest, db):
    case_id = factories.case_in(Status.INVESTIGATING, clock.now())
    db.session.remove()
    handler = rest("handler")
    token = upload(handler, "txt").get_json()["token"]
    path = f"cases/{case_id}/attachments"
    assert handler("POST", path, json={"attachments": [token]}).get_json() == {"count": 1}
    is_problem(handler("POST", path, json={"attachments": [token]}), 422)
    is_problem(handler("POST", path, json={"attachments": "x"}), 422)
    is_problem(handler("POST", path, json={}), 422)
    is_problem(rest("handler", OTHER)("POST", path, json={"attachments": [token]}), 404)
    is_problem(rest("auditor")("POST", path, json={"attachments": [token]}), 409)
    is_problem(upload(rest("auditor"), "txt"), 409)


def test_eleven_files_and_unknown_ones(rest):
    client = rest("api_client")
    tokens = [upload(client, "txt").get_json()["token"] for _ in range(11)]
    for wrong in (tokens, ["nobody-has-it"], ["\u0000"], ["x" * 10_000]):
        is_problem(client("POST", "cases/", json={**BODY, "attachments": wrong}), 422)
    assert client("POST", "cases/", json={**BODY, "attachments": tokens[:10]}).status_code == 201


def test_a_file_altered_on_the_disk_is_an_error_and_no_file(rest, folder):
    client = rest("api_client")
    token = upload(client, "pdf").get_json()["token"]
    case_id = client("POST", "cases/", json={**BODY, "attachments": [token]}).get_json()["id"]
    path = next(path for path in folder.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    row = client("GET", f"cases/{case_id}/attachments").get_json()["result"][0]
    is_problem(client("GET", f"cases/{case_id}/attachments/{row['id']}"), 502)


def test_a_virus_is_named_and_a_scanner_away_takes_nothing(rest, monkeypatch, tmp_path):
    from app.gateways.antivirus import make_scanner

    client = rest("api_client")
    with Stand(tmp_path / "clamd") as stand:
        monkeypatch.setattr(kept, "scanner", make_scanner(stand.address))
        assert upload(client, "txt").status_code == 201
        assert is_problem(upload(client, ("a.txt", files.EICAR)), 422)
    is_problem(upload(client, "txt"), 502)


# --- the portal -------------------------------------------------------------------------------------------------


def send(visitor, complaint, *chosen, **more):
    data = {**complaint, **more, "csrf_token": visitor.token(FORM)}
    return visitor.post(FORM, data={**data, "files": [part(which) for which in chosen]})


def test_the_form_tells_its_limits_and_takes_files_without_scripts(visitor, complaint, office):
    visitor.get("/language/en")
    page = visitor.get(FORM).text
    assert "at most 20 MB each" in page
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'type="file"[^>]*multiple[^>]*accept="image/\*,', page)
    assert send(visitor, complaint, "jpeg", "pdf", "zip").status_code == 303


def test_files_stay_when_something_else_is_wrong(visitor, complaint):
    visitor.get("/language/en")
    answer = send(visitor, {**complaint, "title": ""}, "jpeg", "exe named pdf")
    assert answer.status_code == 422
    assert "a.pdf: This kind of file is not taken." in answer.text
    tokens = re.findall(r'name="attachments" value="([^"]+)" checked', answer.text)
    assert len(tokens) == 1
    assert "照片.jpg" in answer.text
    assert send(visitor, complaint, attachments=tokens).status_code == 303
    again = send(visitor, {**complaint, "token": ""}, attachments=tokens)
    assert again.status_code == 422
    assert "Please upload it again" in again.text


def test_eleven_files_with_the_form(visitor, complaint):
    visitor.get("/language/en")
    answer = send(visitor, complaint, *["txt"] * 11)
    assert answer.status_code == 422
    assert "At most 10 files." in answer.text


@pytest.mark.parametrize(
    "which", ["empty", "svg", "zip bomb by ratio", "pixel bomb", "docx with macros", "a direction changed"]
)
def test_a_hostile_file_with_the_form_is_told_by_its_name(visitor, complaint, which):
    answer = send(visitor, complaint, which)
    assert answer.status_code == 422
    assert "\u202e" not in answer.text


def test_what_is_uploaded_from_one_address_is_counted(settings, db):
    from app import create_app
    from app.portal.evidence import UPLOADS
    from tests.pages import page

    app = create_app(settings, TESTING=True, RATELIMIT_STORAGE_URI="memory://")
    with app.app_context():
        engine = db.engine
    visitor, most = page(app), int(UPLOADS.split()[0])
    data = {"csrf_token": visitor.token(FORM)}
    assert {visitor.post("/complain/upload", data=data).status_code for _ in range(most)} == {422}
    assert visitor.post("/complain/upload", data=data).status_code == 429
    engine.dispose()


# --- the officers' page -----------------------------------------------------------------------------------------


def test_the_case_page_shows_evidence_and_adds_to_it(office):
    from app.domain.access import SYSTEM
    from app.models.scope import acting
    from app.operations import attachments

    case_id = office.case("investigating")
    handler = office.sign_in("handler")
    page = f"/admin/cases/show/{case_id}"
    assert "None." in handler.get(page).text

    def add(*chosen, who=handler):
        data = {"csrf_token": handler.token(page), "files": [part(which) for which in chosen]}
        return who.post(f"/admin/evidence/{case_id}/add", data=data, follow_redirects=True)

    assert "Files added: 2." in add("png", ("z.zip", files.gbk_zip())).text
    assert "This kind of file is not taken." in add("html").text
    assert "Please choose a file." in add().text
    assert "At most 10 files." in add(*["txt"] * 11).text
    with office.app.app_context(), acting(SYSTEM):
        assert attachments.draw() == {"made": 1, "failed": 0}
    shown = handler.get(page).text
    assert "现场照片/证据一.txt" in shown
    link = re.search(rf"/admin/evidence/{case_id}/\d+/small", shown).group()
    small = handler.get(link)
    assert (small.mimetype, small.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert small.headers["Content-Disposition"].startswith("inline")
    whole = handler.get(link.removesuffix("/small"))
    assert whole.headers["Content-Disposition"].startswith("attachment")
    stranger = office.sign_in("handler", OTHER)
    assert stranger.get(link).status_code == 404
    assert stranger.get(link.removesuffix("/small")).status_code == 404


def test_the_storage_away_is_told(office, folder):
    case_id = office.case("investigating")
    handler = office.sign_in("handler")
    folder.write_text("a file in the way")
    data = {"csrf_token": handler.token(f"/admin/cases/show/{case_id}"), "files": [part("png")]}
    answer = handler.post(f"/admin/evidence/{case_id}/add", data=data, follow_redirects=True)
    assert "Please try again later." in answer.text


# --- jobs -------------------------------------------------------------------------------------------------------


def test_a_filing_with_pictures_wakes_the_worker(rest, valkey):
    from app.jobs.queues import queue_on
    from app.jobs.tasks import draw_thumbnails, sweep_uploads

    client = rest("api_client")
    token = upload(client, "png").get_json()["token"]
    assert client("POST", "cases/", json={**BODY, "attachments": [token]}).status_code == 201
    assert "app.jobs.tasks.draw_thumbnails" in {job.func_name for job in queue_on(valkey).jobs}
    assert draw_thumbnails() == {"made": 1, "failed": 0}
    assert sweep_uploads() == {"removed": 0}

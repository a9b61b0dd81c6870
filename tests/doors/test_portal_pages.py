"""What is true of every public page: one heading, one language, no other host, no script within; and of errors."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

PAGES = [
    "/",
    "/guide",
    "/complain",
    "/complain?matter=A08",
    "/complain/A08?region=410105",
    "/complain/unknown?region=410000",
    "/track",
    "/evaluate",
    "/evaluate/nonsense",
    "/evaluate/thanks",
    "/no-such-page",
]
STATUSES = [400, 401, 403, 404, 405, 409, 410, 413, 414, 422, 429, 500, 502, 503, 507]


class Tags(HTMLParser):
    """All start tags of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_plain_safe_and_its_own(visitor, path):
    answer = visitor.get(path)
    tags = Tags(answer.text).found
    names = [tag for tag, _ in tags]
    assert names.count("h1") == names.count("title") == names.count("main") == 1
    assert dict(tags[0][1]) == {"lang": "zh-Hans", "data-hy-theme": "gov-blue", "data-bs-theme": "light"}
    for tag, attributes in tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action"):
            assert attributes.get(name, "/").startswith(("/", "#", "data:,")), attributes
            assert not attributes.get(name, "").startswith("//")
    assert not re.search(r"<script[^>]*>[^<]", answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_every_input_has_a_label_and_ids_are_unique(visitor, path):
    tags = Tags(visitor.get(path).text).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {attributes.get("for") for tag, attributes in tags if tag == "label"}
    for tag, attributes in tags:
        if tag in {"textarea", "select"} or (tag == "input" and attributes.get("type") in {"text", "tel", "date"}):
            assert attributes["id"] in named
        for name in (attributes.get("aria-describedby") or "").split():
            assert name in ids, name


def test_the_language_is_kept_and_leads_back_to_this_site_only(visitor):
    answer = visitor.get("/language/en?next=/complain/A08%3Fregion%3D410105")
    assert (answer.status_code, answer.location) == (303, "/complain/A08?region=410105")
    assert '<html lang="en"' in visitor.get("/").text
    assert visitor.get("/language/zh_Hans").location == "/"
    assert '<html lang="zh-Hans"' in visitor.get("/").text
    assert visitor.get("/language/xx").status_code == 404
    for bad in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:1",
        "/\r\nX: 1",
    ):
        assert visitor.get("/language/en", query_string={"next": bad}).location == "/"


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_has_a_page_without_inner_details(app, status):
    from app.portal.errors import error_page

    with app.test_request_context("/x"):
        answer = error_page(status, "officer Zhang was first")
        text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert text.count("<h1>") == 1
    assert "Zhang" not in text
    assert str(status) in text


def test_errors_of_the_api_stay_as_they_are(visitor):
    answer = visitor.get("/api/v1/no-such-thing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_too_much_at_once_is_said(visitor):
    answer = visitor.post("/track", data={"number": "9" * 3_000_000})
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_the_pages_weigh_little(app):
    from pathlib import Path

    folder = Path(app.static_folder, "portal")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20_000
    assert (folder / "portal.css").stat().st_size <= 15_000


def test_style_and_scripts_are_small_and_nothing_is_inline(visitor):
    import gzip
    from pathlib import Path

    static = Path(visitor.application.static_folder)
    own = [*static.glob("portal/*"), static / "css/tokens.css", static / "js/upload.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in own) <= 60 * 1024
    for path in ("/", "/guide", "/complain", "/complain/A10?region=410105", "/track", "/mine", "/evaluate", "/nowhere"):
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert not re.search(r"<style|<script(?! src=)|\s(style|on\w+)=", answer.text), path
        assert set(re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"?]+)', answer.text)) <= {
            *("data:,", "/static/css/tokens.css"),
            *("/static/portal/portal.css", "/static/portal/portal.js", "/static/js/upload.js"),
        }


def test_a_look_is_switched_by_a_link_and_kept_for_office_and_portal(visitor):
    answer = visitor.get("/look/elder/on?next=/guide")
    assert (answer.status_code, answer.location) == (303, "/guide")
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    for path in ("/", "/login/"):
        assert " data-hy-elder>" in visitor.get(path).text, path
    visitor.get("/look/dark/on")
    visitor.get("/look/elder/off")
    page = visitor.get("/").text
    assert 'data-bs-theme="dark">' in page
    assert " data-hy-elder" not in page
    assert visitor.get("/look/elder/on?next=//evil.example").location == "/"
    assert visitor.get("/look/huge/on").status_code == visitor.get("/look/elder/perhaps").status_code == 404


def test_what_is_configured_stands_on_every_page(app, visitor, tmp_path):
    from dataclasses import replace

    assert visitor.get("/logo").status_code == 404
    picture = tmp_path / "seal.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    given = app.config["HUIYIN"]
    app.config["HUIYIN"] = replace(given, theme="gov-red", band="Test only", owner="An office|ICP 1", logo=picture)
    try:
        for path in ("/", "/nowhere", "/login/"):
            page = visitor.get(path).text
            for part in ('data-hy-theme="gov-red"', "Test only", "An office", "ICP 1", 'src="/logo"'):
                assert part in page, (path, part)
        answer = visitor.get("/logo")
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        answer.close()
        picture.unlink()
        assert visitor.get("/logo").status_code == 404
    finally:
        app.config["HUIYIN"] = given

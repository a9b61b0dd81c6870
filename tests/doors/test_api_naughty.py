"""Bodies and addresses that nobody means well: never a fault of ours, never a case where there should be none."""

from __future__ import annotations

import json

import pytest

from tests.doors.filings import BODY, changed

JSON = "application/json"
TEXTS = (
    *("", " ", "\t\n", "null", "None", "undefined", "NaN", "0", "-1", "1e400", "true", "{}", "[]", "()"),
    *("'", '"', "\\", "'; DROP TABLE cases; --", "1 OR 1=1", "%s %d %(x)s", "{0} {name}", "${jndi:ldap://x}"),
    *("<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "\u202eabc", "e\u0301", "𠮷𡈽", "👨‍👩‍👧‍👦"),
    *("\u0000", "a\u0000b", "\x7f\x1b[31m", "\ufeff", "\uffff", "ﷺ", "Ω≈ç√∫", "ｆｕｌｌ", "\u200b", "a" * 100_000),
)
"""Texts put into every field; the operation may take them or say which field it was."""
VALUES = (
    None,
    True,
    False,
    0,
    -0.0,
    1.5,
    2**31,
    2**63 - 1,
    -(2**63),
    [],
    [[]],
    {},
    {"a": {"b": []}},
    [None],
    ["x"] * 999,
)
RAW = (
    *(
        "",
        " ",
        "{",
        "}",
        "{'a': 1}",
        '{"a"',
        '{"a": }',
        "[",
        "[1, 2",
        '"x"',
        "1",
        "true",
        "null",
        "NaN",
        "\x00",
        "\ufeff{}",
    ),
    *(
        '{"title": NaN}',
        '{"title": Infinity}',
        '{"title": 1e400}',
        '{"title": %s}' % ("9" * 400),
        '{"title": "\\ud800"}',
    ),
    *("[" * 5_000, '{"a":' * 5_000, "[" * 100_000 + "]" * 100_000, '{"a": 1, "a": 2}', '{"": 1}', '{"\\u0000": 1}'),
)
PLACES = ("channel", "title", "body", "region_code", "matter_code", "external_no", "respondent", "complainant", "form")
INNER = ("respondent.name", "complainant.name", "complainant.phone", "complainant.org_name", "form.fee_name")


@pytest.fixture
def hotline(rest):
    return rest("api_client")


@pytest.mark.parametrize("place", [*PLACES, *INNER])
def test_no_text_and_no_value_in_any_field_is_a_fault_of_ours(hotline, place):
    for value in (*TEXTS, *VALUES):
        answer = hotline("POST", "cases/", json=changed(place, value))
        assert answer.status_code in (201, 400, 409, 422), (place, value, answer.status_code)
        if answer.status_code == 201:
            assert hotline("GET", f"cases/{answer.get_json()['id']}").status_code == 200


@pytest.mark.parametrize("path", ["cases/", "cases/1/accept", "deadlines/explain", "routes/explain", "security/login"])
def test_no_body_at_all_is_a_fault_of_ours(rest, path):
    boss = rest("platform_admin")
    for body in RAW:
        answer = boss("POST", path, data=body.encode(), content_type=JSON)
        assert 400 <= answer.status_code < 500, (path, body[:30], answer.status_code)
        assert answer.mimetype == "application/problem+json"
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "x"):
        answer = boss("POST", path, data=json.dumps(BODY), content_type=kind)
        assert answer.status_code in (400, 404, 415), (path, kind, answer.status_code)


def test_bytes_that_are_no_utf_8_are_refused(hotline):
    for body in (
        b'{"title": "\xff\xfe"}',
        b"\xff",
        '{"title": "标题"}'.encode("gb18030"),
        '{"title": "x"}'.encode("utf-16"),
    ):
        assert 400 <= hotline("POST", "cases/", data=body, content_type=JSON).status_code < 500


def test_a_body_that_is_too_large_is_413(hotline):
    assert hotline("POST", "cases/", json=changed("body", "x" * 1_100_000)).status_code == 413


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()])
def test_no_address_is_a_fault_of_ours(rest, text):
    boss = rest("platform_admin")
    for path in ("cases/by-number/", "cases/1/", "matters/", "statistics/", "statistics/cases_by_status?region_code="):
        for method in ("GET", "POST"):
            try:
                answer = boss(method, f"{path}{text[:3000]}")
            except ValueError:  # the test client cannot send this at all
                continue
            assert answer.status_code < 500, (path, text)

"""Finding a case from anywhere: the box in the bar, and what the palette asks."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fab.test_permissions import statements


def found(browser, typed):
    answer = browser.get("/admin/find/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    return answer.get_json()["cases"]


def sent_to(browser, typed):
    answer = browser.get("/admin/find/", query_string={"q": typed})
    assert answer.status_code == 302
    return answer.location


def listed(browser, typed):
    """The filters that the box leads to, and the cases there."""
    way = sent_to(browser, typed)
    page = browser.get(way).text
    return [value for _, value in parse_qsl(urlsplit(way).query)], set(re.findall(r"/admin/cases/show/(\d+)", page))


def test_a_number_leads_to_its_case(office):
    case_id = office.case("pending_confirm", source_system="hotline-a", external_no="H-77")
    case, browser = office.read(case_id), office.sign_in("supervisor")
    for typed in (case.receipt_no, f" {case.case_no.lower()} ", "H-77"):
        assert sent_to(browser, typed) == f"/admin/cases/show/{case_id}"


def test_the_beginning_of_a_number_and_words_lead_to_a_list(office):
    case_id = office.case("pending_accept", title="Parking fee")
    other = office.case("pending_accept", title="A late answer", body="Nobody answered us.")
    browser = office.sign_in("supervisor")
    begins = office.read(case_id).receipt_no[:8]
    assert listed(browser, begins) == ([begins], {str(case_id), str(other)})
    assert listed(browser, "parking") == (["parking"], {str(case_id)})
    assert sent_to(browser, "") == "/admin/cases/list/"
    assert sent_to(browser, "x" * 500).endswith("x" * 100)


def test_a_number_that_is_not_ones_own_is_as_one_that_is_not_there(office):
    case = office.read(office.case("pending_accept"))
    browser = office.sign_in("handler")
    missing = "TS1901010000019"
    ways = [sent_to(browser, number).replace(number, "#") for number in (case.receipt_no, missing)]
    assert ways[0] == ways[1]
    assert listed(browser, case.receipt_no)[1] == set()


def test_an_external_number_used_twice_leads_to_both(office):
    both = {office.case("pending_accept", source_system=name, external_no="77") for name in ("hotline-a", "hotline-b")}
    browser = office.sign_in("supervisor")
    values, cases = listed(browser, "77")
    assert (values, cases) == (["77"], {str(each) for each in both})


def test_the_palette_is_told_of_cases_in_scope(office):
    mine = office.case("pending_confirm", title="Parking fee")
    other = office.case("pending_accept", title="Parking ban")
    unit, centre = office.sign_in("handler"), office.sign_in("supervisor")
    line = {
        "number": office.read(mine).case_no,
        "title": "Parking fee",
        "status": "To be signed for",
        "url": f"/admin/cases/show/{mine}",
    }
    assert found(unit, "parking") == [line]
    assert [each["url"] for each in found(centre, "parking")] == [f"/admin/cases/show/{each}" for each in (other, mine)]
    assert found(unit, office.read(other).receipt_no) == []
    for typed in ("", "p", "%", "_%", "no such words", "\\", "'", "x" * 500):
        assert found(unit, typed) == []


def test_eight_cases_are_told_at_most_in_three_statements(office):
    for _ in range(9):
        office.case("pending_accept", title="Parking fee")
    browser = office.sign_in("supervisor")
    for typed in ("parking", office.read(1).receipt_no[:8]):
        assert len(found(browser, typed)) == 8
        with statements() as seen:
            found(browser, typed)
        assert len([sql for sql in seen if not sql.startswith("BEGIN")]) <= 3, seen


@pytest.mark.parametrize("path", ["/admin/find/", "/admin/find/suggest"])
def test_who_may_read_no_case_finds_none(office, path):
    browser = office.sign_in("security_admin")
    assert browser.get(path, query_string={"q": "TS"}).status_code == 403
    assert 'id="find"' not in browser.get("/admin/").text
    assert 'id="find"' in office.sign_in("window").get("/admin/").text

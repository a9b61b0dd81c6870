"""The bar of filters of a list: its controls, chips and addresses, generated for any noun from its resource."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.domain.calendar import CHINA
from app.domain.lifecycle import Status
from app.extensions import db
from app.models.region import Region
from app.resources import ALL

LIST = "/admin/cases/list/"


@pytest.fixture
def browser(office):
    return office.sign_in("platform_admin")


def region(app, code):
    with app.app_context():
        return db.session.query(Region.id).filter_by(code=code).scalar()


def numbers(page):
    """Ids of the cases in a list, from its first column."""
    return {int(found) for found in re.findall(r'class="hy-first">\s*<a href="/admin/cases/show/(\d+)', page.text)}


def link(page, text):
    """The address behind a link with this text."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*{re.escape(text)}', page.text, re.DOTALL)
    assert found, text
    return unescape(found.group(1))


def query(address):
    return parse_qsl(urlsplit(address).query)


def test_each_kind_of_column_has_its_control(browser):
    page = browser.get(LIST).text
    assert re.search(r'type="search" id="f-title" name="_flt_9_title"', page)
    assert re.search(r'<select [^>]*id="f-status" name="_flt_8_status" multiple', page)
    assert re.search(
        r'<select [^>]*js-pick[^>]*name="_flt_4_region" multiple[^>]*data-url="/admin/cases/pick/region"', page
    )
    assert re.search(r'type="date" name="_flt_4_filed_at".*?type="date" name="_flt_5_filed_at"', page, re.DOTALL)
    assert re.search(r'<select [^>]*id="f-is_overdue" name="_flt_2_is_overdue"', page)
    assert '<noscript><input class="form-control" type="search" name="_flt_3_region"' in page
    more = page.index('class="hy-rest"')
    assert page.index('id="f-status"') < more < page.index('id="f-is_overdue"')


def test_several_values_are_one_filter_that_paging_and_ordering_keep(office, browser):
    waiting, handled = office.case(Status.PENDING_ACCEPT), office.case(Status.INVESTIGATING)
    office.case(Status.CLOSED)
    two = "_flt_8_status=pending_accept&_flt_8_status=investigating"
    page = browser.get(f"{LIST}?{two}&psize_CaseView=1")
    assert len(numbers(page)) == 1
    following = link(page, "Next page")
    assert [pair for pair in query(following) if pair[0] == "_flt_8_status"] == [
        ("_flt_8_status", "pending_accept"),
        ("_flt_8_status", "investigating"),
    ]
    assert numbers(page) | numbers(browser.get(following)) == {waiting, handled}
    ordered = link(page, "Receipt number")
    assert len([pair for pair in query(ordered) if pair[0] == "_flt_8_status"]) == 2
    assert ("_oc_CaseView", "receipt_no") in query(ordered)
    falling = browser.get(ordered)
    assert 'aria-sort="ascending"' in falling.text
    assert ("_od_CaseView", "desc") in query(link(falling, "Receipt number"))


def test_chips_say_what_is_active_and_lead_away_from_it(office, browser):
    office.case(Status.PENDING_ACCEPT)
    page = browser.get(f"{LIST}?_flt_8_status=pending_accept&_flt_8_status=closed&_flt_2_is_overdue=n&_flt_3_title=x")
    chips = [re.sub(r"<[^>]+>|\s+", " ", text) for text in re.findall(r'class="hy-chip".*?</a>', page.text, re.DOTALL)]
    said = " ".join(" ".join(chips).split())
    for words in ("Status: To be accepted", "Status: Closed", "A limit was missed: No", "Title: is equal to x"):
        assert words in said
    without_closed = query(link(page, "Closed"))
    assert ("_flt_8_status", "pending_accept") in without_closed
    assert ("_flt_8_status", "closed") not in without_closed
    assert query(link(page, "Clear all")) == [("view", "all")]
    assert re.search(r'<input type="hidden" name="_flt_3_title" value="x">', page.text)
    assert 'class="hy-chip"' not in browser.get(LIST).text


def test_empty_controls_ask_for_nothing(office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)
    page = browser.get(f"{LIST}?_flt_9_title=&_flt_4_region=&_flt_4_filed_at=&_flt_5_filed_at=&_flt_2_is_overdue=")
    assert numbers(page) == {case_id}
    assert "A filter was not understood" not in page.text
    assert 'class="hy-chip"' not in page.text


def test_days_are_days_in_china_both_ends_included(office, browser):
    day = office.now.astimezone(CHINA).date()
    midnight = office.now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = office.case(Status.PENDING_ACCEPT, at=midnight), office.case(Status.PENDING_ACCEPT)
    office.case(Status.PENDING_ACCEPT, at=midnight - timedelta(seconds=1))
    found = browser.get(f"{LIST}?_flt_4_filed_at={day}&_flt_5_filed_at={day}")
    assert numbers(found) == {first, last}
    assert f'value="{day}"' in found.text
    assert numbers(browser.get(f"{LIST}?_flt_4_filed_at=today")) == {first, last}
    assert numbers(browser.get(f"{LIST}?_flt_5_filed_at={day - timedelta(days=1)}")) not in ({first, last}, set())
    assert numbers(browser.get(f"{LIST}?_flt_4_filed_at={day + timedelta(days=1)}")) == set()
    for bad in ("soon", "2026-13-45", "99999999999"):
        assert "A filter was not understood" in browser.get(f"{LIST}?_flt_4_filed_at={bad}").text


def test_a_region_stands_for_all_below_it(app, office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)  # in 410105, below 410100
    for code, found in (("410000", {case_id}), ("410100", {case_id}), ("410105", {case_id}), ("410300", set())):
        assert numbers(browser.get(f"{LIST}?_flt_4_region={region(app, code)}")) == found, code
    both = browser.get(f"{LIST}?_flt_4_region={region(app, '410300')}&_flt_4_region={region(app, '410105')}")
    assert numbers(both) == {case_id}
    assert both.text.count('class="hy-chip"') == 2
    assert numbers(browser.get(f"{LIST}?_flt_2_region={region(app, '410100')}")) == set()
    assert numbers(browser.get(f"{LIST}?_flt_3_region=金水")) == {case_id}
    assert numbers(browser.get(f"{LIST}?_flt_3_region=%25")) == set()


def test_a_row_that_is_not_there_is_no_filter(browser):
    assert browser.get(f"{LIST}?_flt_4_region=2000000000").location == f"{LIST}?view=all"
    assert "No such row." in browser.get(f"{LIST}?view=all").text
    assert "A filter was not understood" in browser.get(f"{LIST}?_flt_4_region=x").text


@pytest.mark.parametrize(
    ("operator", "value", "status"),
    [("ge", "2026-01-01", 200), ("ge", "nonsense", 400), ("le", "month", 200), ("eq", "2026-01-01T00:00:00Z", 200)],
)
def test_rest_knows_the_same_operators(rest, operator, value, status):
    answer = rest("platform_admin")("GET", f"cases/?q=(filters:!((col:filed_at,opr:{operator},value:'{value}')))")
    assert answer.status_code == status, answer.text


def test_rest_takes_several_rows_and_a_tree(app, office, rest):
    office.case(Status.PENDING_ACCEPT)
    client = rest("platform_admin")
    below, other = region(app, "410100"), region(app, "410300")
    for operator, value, count in (
        ("rel_under", f"!({below},{other})", 1),
        ("rel_under", f"{below}", 1),
        ("rel_in", f"!({below},{other})", 0),
        ("rel_in", f"{region(app, '410105')}", 1),
        ("rel_ct", "'410105'", 1),
    ):
        answer = client("GET", f"cases/?q=(filters:!((col:region,opr:{operator},value:{value})))")
        assert answer.get_json().get("count") == count, (operator, answer.text)
    yes = client("GET", "cases/?q=(filters:!((col:is_overdue,opr:is,value:!f)))")
    assert yes.get_json()["count"] == 1


def test_every_list_opens_with_each_of_its_controls(browser):
    """Every control of every noun, filled with something, is understood."""
    samples = {"search": "aa", "date": "2026-01-01", "number": "1"}
    plurals = [each.plural for each in ALL if "platform_admin" in each.rights["read"] and each.search_columns]
    assert len(plurals) > 20
    for plural in plurals:
        page = browser.get(f"/admin/{plural}/list/").text
        form = page[page.index('id="filter_form"') : page.index("</form>", page.index('id="filter_form"'))]
        asked = [
            (name, samples[kind]) for kind, name in re.findall(r'type="(search|date|number)"[^>]* name="([^"]+)"', form)
        ]
        asked += re.findall(
            r'<select[^>]* name="(_flt_[^"]+)"[^>]*>(?:<option value=""></option>)?<option value="([^"]+)"', form
        )
        assert asked, plural
        for name, value in asked:
            answer = browser.get(f"/admin/{plural}/list/", query_string={name: value})
            assert answer.status_code == 200, (plural, name)
            assert "A filter was not understood" not in answer.text, (plural, name)
            assert 'class="hy-chip"' in answer.text, (plural, name)


def test_users_of_fab_have_a_bar_too(browser):
    page = browser.get("/users/list/?_flt_2_username=nobody-at-all")
    assert "nobody-at-all" in page.text
    assert "Nothing fits these filters" in page.text

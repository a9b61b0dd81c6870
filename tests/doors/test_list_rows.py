"""Rows of a list: columns of one's choice, badges, what may be done with a row or with many, the drawer, emptiness."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from app.domain.lifecycle import Status
from app.fab.badges import SHAPES
from app.fab.shell import DRAWER
from app.resources import ALL
from tests.factories import read

LIST = "/admin/cases/list/?view=all"


@pytest.fixture
def browser(office):
    return office.sign_in("intake")


def line(page, case_id):
    """The table row of a case, its white space made one."""
    found = next(row for row in re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL) if f"/show/{case_id}" in row)
    return re.sub(r"\s+", " ", found)


def headers(page):
    head = page.text[page.text.index("<thead>") : page.text.index("</thead>")]
    return re.sub(r"<[^>]+>|\s+", " ", head)


def verbs(row):
    return re.findall(r"/do/(\w+)", row)


# --- columns ---


def test_columns_are_chosen_and_kept_for_the_noun_alone(office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)
    kept = "view=all&_flt_8_status=pending_accept"
    answer = browser.get(f"/admin/cases/list/?{kept}&columns=&columns=title&columns=status&dense=1")
    assert answer.location == f"/admin/cases/list/?{kept}"
    cookies = {each.key: each for each in browser._cookies.values()}
    assert cookies["hide"].path == "/admin/cases"
    page = browser.get(answer.location)
    assert "Matter" not in headers(page)
    for shown in ("Receipt number", "Title", "Status"):
        assert shown in headers(page)
    assert 'data-label="Region"' not in line(page, case_id)
    assert "hy-dense" in page.text
    assert "Region" in headers(browser.get("/admin/departments/list/"))
    browser.get("/admin/cases/list/?view=all&columns=" + "".join(f"&columns={name}" for name in ("matter.name", "x")))
    assert "Matter" in headers(browser.get(LIST))
    assert "hy-dense" not in browser.get(LIST).text


def test_the_first_column_cannot_be_hidden(office, browser):
    office.case(Status.PENDING_ACCEPT)
    browser.set_cookie("hide", "receipt_no~title", path="/admin/cases")
    assert "Receipt number" in headers(browser.get(LIST))
    assert "Title" not in headers(browser.get(LIST))


# --- badges ---


def test_a_status_has_a_tint_a_word_and_a_shape(office, browser):
    waiting, closed = office.case(Status.PENDING_ACCEPT), office.case(Status.CLOSED)
    page = browser.get(LIST)
    for case_id, tone, word in ((waiting, "note", "To be accepted"), (closed, "good", "Closed")):
        shown = rf'class="hy-badge hy-badge-{tone}"><svg[^>]*><use href="[^"]*#{SHAPES[tone]}"></use></svg>{word}<'
        assert re.search(shown, line(page, case_id))


def test_tones_are_known_and_their_columns_shown():
    for resource in ALL:
        for column, tones in getattr(resource, "tone_columns", {}).items():
            assert set(tones.values()) <= set(SHAPES), resource.noun
            assert column in (*resource.list_columns, *resource.show_columns), resource.noun
            known = {value for value, _ in getattr(resource, "choice_columns", {}).get(column, ())} or {True, False}
            assert {each if isinstance(each, bool) else str(each) for each in tones} <= known, resource.noun
        for due, over in getattr(resource, "countdown_columns", {}).items():
            assert {due, over} <= set(resource.list_columns), resource.noun


@pytest.mark.parametrize(
    ("days", "tone", "words"), [(0, "good", "working days left"), (30, "late", "working days late")]
)
def test_a_limit_says_how_long_it_still_runs(office, browser, days, tone, words):
    case_id = office.case(Status.PENDING_ACCEPT, at=office.now - timedelta(days=days))
    row = line(browser.get(LIST), case_id)
    assert re.search(rf'hy-badge-{tone if days else "(good|soon)"}">(?:(?!</span>).)*{words}', row)
    deadlines = browser.get("/admin/deadlines/list/")
    assert re.search(rf'data-label="Due on">(?:(?!</td>).)*{words}', deadlines.text, re.DOTALL)


def test_nothing_is_a_dash_and_yes_and_no_are_words(office, browser):
    case_id = office.case(Status.PENDING_CLASSIFY)
    row = line(browser.get(LIST), case_id)
    assert "None" not in row
    assert re.search(r'data-label="A limit was missed">No</td>', row)
    assert "—" in row


# --- verbs ---


def test_a_row_offers_what_may_be_done_now(office, browser):
    waiting, closed = office.case(Status.PENDING_ACCEPT), office.case(Status.CLOSED)
    page = browser.get(LIST)
    assert verbs(line(page, waiting))[0] == "accept"
    assert {"reject", "classify"} <= set(verbs(line(page, waiting)))
    assert "accept" not in verbs(line(page, closed))
    assert verbs(line(office.sign_in("auditor").get(LIST), waiting)) == []


def test_a_unit_is_offered_what_its_own_share_allows(office):
    unsigned, handled = office.case(Status.PENDING_CONFIRM), office.case(Status.INVESTIGATING)
    page = office.sign_in("handler").get(LIST)
    assert verbs(line(page, unsigned))[0] == "sign_for"
    assert verbs(line(page, handled))[0] == "report"
    assert "sign_for" not in verbs(line(page, handled))


def test_every_offer_opens(office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)
    for verb in verbs(line(browser.get(LIST), case_id)):
        assert browser.get(f"/admin/cases/{case_id}/do/{verb}").status_code == 200, verb


def test_twenty_cases_are_accepted_at_once_and_each_refusal_has_its_reason(app, office, browser):
    waiting = [office.case(Status.PENDING_ACCEPT) for _ in range(18)]
    closed, withdrawn = office.case(Status.CLOSED), office.case(Status.WITHDRAWN)
    page = browser.get(LIST)
    assert 'name="action" value="accept"' in page.text
    ids = [str(each) for each in (*waiting, closed, withdrawn)]
    done = browser.send("/admin/cases/action_post", page=LIST, action="accept", rowid=ids)
    text = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", done.text)))
    assert "18 of 20 done" in text
    assert "2 were refused" in text
    assert text.count("Refused") == 2
    for status in ("Closed", "Withdrawn"):
        assert f"Not possible in status {status}." in text
    assert text.index("Refused") < text.index("Done")
    with app.app_context():
        assert read(waiting[0]).status == Status.PENDING_DISPATCH
        assert read(closed).status == Status.CLOSED


def test_bulk_and_ticks_work_without_a_script(office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)
    page = browser.get(LIST).text
    form = re.search(r'<form method="post" id="bulk-CaseView"[^>]*action="/admin/cases/action_post"', page)
    assert form
    assert re.search(rf'type="checkbox" name="rowid" value="{case_id}" form="bulk-CaseView" aria-label="TS', page)
    assert "hy-bulk" in page
    assert 'name="rowid"' not in office.sign_in("auditor").get(LIST).text


# --- the drawer ---


def test_what_is_read_in_the_drawer_is_a_fragment_and_no_page_to_come_back_to(office, browser):
    case_id = office.case(Status.PENDING_ACCEPT)
    page = browser.get(LIST)
    assert f'hx-get="/admin/cases/show/{case_id}" hx-target="#{DRAWER}"' in page.text
    with browser.session_transaction() as session:
        before = list(session["page_history"])
    fragment = browser.get(f"/admin/cases/show/{case_id}", headers={"HX-Request": "true", "HX-Target": DRAWER})
    assert "<html" not in fragment.text
    assert "<h1" not in fragment.text
    assert re.search(r'hy-fragment" data-title="TS', fragment.text)
    assert "&lt;h" not in fragment.text
    assert "hy-fragment" in fragment.text
    with browser.session_transaction() as session:
        assert session["page_history"] == before
    browser.get(f"/admin/cases/show/{case_id}")
    with browser.session_transaction() as session:
        assert session["page_history"] != before


# --- emptiness ---


def test_an_empty_list_says_why_and_what_next(office, browser):
    page = browser.get(LIST).text
    assert "Cases: nothing here yet" in page
    assert "you see those of your own scope" in page
    found = browser.get("/admin/cases/list/?_flt_9_title=zzzz").text
    assert "Nothing fits these filters" in found
    assert 'href="/admin/cases/list/?view=all"' in found
    boss = office.sign_in("platform_admin").get("/admin/matters/list/?_flt_2_name=zzzz").text
    assert "Nothing fits these filters" in boss


def test_a_list_in_a_tab_has_no_bar_and_its_links_lead_to_the_tab(office):
    boss = office.sign_in("platform_admin")
    listed = boss.get("/admin/matter-categories/list/").text
    first = re.search(r"/admin/matter-categories/show/\d+", listed).group(0)
    page = boss.get(f"{first}?psize_MatterView=1").text
    assert 'id="filter_form"' not in page
    assert 'id="hy-results"' not in page
    assert "#MatterView" in re.search(r'href="([^"]*page_MatterView=1[^"]*)"', page).group(1)
    assert "All" not in re.findall(r'id="hy-tabs"', page)


def test_a_list_weighs_little(app, office, browser):
    """All that a first visit loads, packed, stays below 200 KB."""
    page = browser.get(LIST)
    assets = set(re.findall(r'(?:src|href)="/static/([^"#?]+)', page.text))
    assert "js/lists.js" in assets
    files = [(Path(app.static_folder) / name).read_bytes() for name in assets]
    assert sum(len(gzip.compress(each, 9)) for each in (*files, page.data)) < 200 * 1024

"""Views of a list: those that come with the program, one's own, shared ones, the one that opens by itself."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.domain.lifecycle import Status
from app.extensions import db
from app.fab import tabs
from app.models.saved_view import SavedView
from app.operations import saved_views
from tests.architecture.test_words import said

LIST, SAVE, VIEWS = "/admin/cases/list/", "/admin/views/cases/save", "/admin/views/cases/"
WAITING = "_flt_8_status=pending_accept"


@pytest.fixture
def browser(office):
    return office.sign_in("intake")


def views(page):
    """Tab -> (count or None, is shown, address)."""
    bar = page.text[page.text.index('id="hy-tabs"') : page.text.index("</nav>", page.text.index('id="hy-tabs"'))]
    found = {}
    for address, here, inner in re.findall(r'<a href="([^"]*)"( aria-current="page")?>(.*?)</a>', bar, re.DOTALL):
        number = re.search(r'class="hy-tally">([^<]*)<', inner)
        name = re.sub(r"<span.*?</span>|<[^>]+>", "", inner).strip()
        found[name] = (number and number.group(1), bool(here), unescape(address))
    return found


def rows(app):
    with app.app_context():
        return [(row.name, row.query, row.role, row.is_default) for row in db.session.query(SavedView)]


def save(browser, name="Mine", query=WAITING, **more):
    return browser.send(SAVE, page=f"{LIST}?view=all", name=name, query=query, **more)


def test_views_that_come_with_the_program_belong_to_roles_and_are_counted(office, browser):
    office.case(Status.PENDING_ACCEPT)
    office.case(Status.CLOSED)
    found = views(browser.get(LIST))
    assert {name: (count, here) for name, (count, here, _) in found.items()} == {
        "All": (None, True),
        "To be accepted": ("1", False),
        "Late and not finished": ("0", False),
        "Filed this month": ("2", False),
    }
    there = views(browser.get(found["To be accepted"][2]))
    assert [name for name, (_, here, _) in there.items() if here] == ["To be accepted"]
    assert "Not finished yet" in views(office.sign_in("window").get(LIST))
    assert "To be accepted" not in views(office.sign_in("handler").get(LIST))


def test_a_count_is_of_ones_own_scope_and_stops(office, monkeypatch):
    for _ in range(3):
        office.case(Status.INVESTIGATING)
    assert views(office.sign_in("supervisor").get(LIST))["Filed this month"][0] == "3"
    assert views(office.sign_in("city_admin", at="410300-YSHJ").get(LIST))["Filed this month"][0] == "0"
    monkeypatch.setattr(tabs, "MOST", 2)
    assert views(office.sign_in("supervisor").get(LIST))["Filed this month"][0] == "1+"


def test_a_state_is_saved_renamed_and_deleted(app, office, browser):
    office.case(Status.PENDING_ACCEPT)
    answer = save(browser, query=f"{WAITING}&_oc_CaseView=status&_od_CaseView=asc&page_CaseView=3&x=1&_flt_0_hidden=1")
    assert answer.location == f"{LIST}?{WAITING}&_oc_CaseView=status&_od_CaseView=asc"
    assert rows(app) == [("Mine", f"{WAITING}&_oc_CaseView=status&_od_CaseView=asc", None, False)]
    assert views(browser.get(answer.location))["Mine"][:2] == ("1", True)
    assert "Mine" not in views(office.sign_in("intake").get(LIST))
    view_id = re.search(r"/admin/views/cases/(\d+)/change", browser.get(VIEWS).text).group(1)
    browser.send(f"{VIEWS}{view_id}/change", page=VIEWS, name="Other", position="7")
    assert [name for name, *_ in rows(app)] == ["Other"]
    assert (
        "Give a whole number" in browser.send(f"{VIEWS}{view_id}/change", page=VIEWS, name="Other", position="x").text
        or "Give a whole number" in browser.get(VIEWS).text
    )
    assert office.sign_in("intake").send(f"{VIEWS}{view_id}/remove", page=f"{LIST}?view=all").status_code == 404
    browser.send(f"{VIEWS}{view_id}/remove", page=VIEWS)
    assert rows(app) == []
    assert "You have saved no view" in browser.get(VIEWS).text


def test_the_default_opens_where_nothing_else_is_asked_for(browser):
    assert browser.get(LIST).status_code == 200
    save(browser, is_default="y")
    assert browser.get(LIST).location == f"{LIST}?{WAITING}"
    everything = browser.get(f"{LIST}?view=all")
    assert views(everything)["All"][1]
    assert views(everything)["All"][2] == f"{LIST}?view=all"


def test_a_view_is_shared_by_who_configures_and_ones_own_default_comes_first(app, office, browser):
    boss = office.sign_in("platform_admin")
    save(boss, "For intake", role="intake", is_default="y")
    assert rows(app)[0][2:] == ("intake", True)
    assert browser.get(LIST).location == f"{LIST}?{WAITING}"
    assert "For intake" in views(browser.get(f"{LIST}?view=all"))
    assert "For intake" not in views(office.sign_in("caller").get(LIST))
    save(browser, "Own", "_flt_8_status=closed", is_default="y")
    assert browser.get(LIST).location == f"{LIST}?_flt_8_status=closed"
    assert 'name="role"' not in browser.get(f"{LIST}?view=all").text
    save(browser, "Shared?", role="caller")
    assert "Only who configures" in browser.get(f"{LIST}?view=all").text
    assert len(rows(app)) == 2


def test_names_are_checked(app, browser):
    save(browser, "  ")
    assert "Give a name of at most 40 characters." in browser.get(f"{LIST}?view=all").text
    assert rows(app) == []


def test_a_view_of_what_is_gone_does_not_break_the_list(app, office, browser):
    save(browser, "Gone", "_flt_4_region=1")
    with app.app_context():
        db.session.query(SavedView).one().query = "_flt_4_region=2000000000&_flt_7_status=a&_flt_9_nothing=b"
        db.session.commit()
    page = browser.get(f"{LIST}?view=all")
    assert page.status_code == 200
    assert views(page)["Gone"][0] is None


def test_a_default_that_names_what_is_gone_leads_to_all_rows(app, browser):
    save(browser, "Gone", "_flt_4_region=1", is_default="y")
    with app.app_context():
        db.session.query(SavedView).one().query = "_flt_4_region=2000000000"
        db.session.commit()
    opened = browser.get(LIST, follow_redirects=True)
    assert opened.status_code == 200
    assert views(opened)["All"][1]


def test_searching_texts_is_not_done_to_count(browser):
    save(browser, "Words", "_flt_9_title=收费")
    assert views(browser.get(f"{LIST}?view=all"))["Words"][0] is None


@pytest.mark.parametrize("path", ["nothing/", "users/", "unmaskings/"])
def test_views_are_of_lists_that_one_may_read(browser, path):
    assert browser.get(f"/admin/views/{path}").status_code == 404


def test_no_view_is_changed_without_a_token(app, browser):
    for path in (SAVE, f"{VIEWS}1/change", f"{VIEWS}1/remove"):
        assert browser.post(path, data={"name": "x", "query": WAITING}).status_code == 400
    assert rows(app) == []


def test_ready_views_name_operators_that_there_are(app):
    for view in app.appbuilder.baseviews:
        for ready in getattr(view, "ready_views", ()):
            assert tabs.clean(view, state := tabs.ready_state(view, ready)) == state
            assert state
            said(ready.title)


def test_a_ready_view_with_an_unknown_operator_is_refused(app):
    from app.resources.base import ReadyView

    view = next(each for each in app.appbuilder.baseviews if type(each).__name__ == "CaseView")
    with pytest.raises(LookupError, match="status has no ge"):
        tabs.ready_state(view, ReadyView("x", "X", frozenset(), {"status": ("ge", ("1",))}))


def test_whoever_shares_is_named_in_the_operation():
    assert {str(role) for role in saved_views.SHARERS} == {"platform_admin"}

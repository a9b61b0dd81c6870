"""The home page's counts, the work lists behind them, the outbox, the figures, and changes of the configuration."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from app.admin.home import visit
from app.domain.access import CLOCK, SYSTEM
from app.extensions import db
from app.models.housekeeping import ConfigurationChange
from app.models.matter import Matter
from app.models.message import Message
from app.models.scope import acting
from app.operations import clocks, phones
from app.resources import ALL
from tests.fab.test_permissions import statements

CARD = re.compile(r'href="/admin/work/(\w+)">\s*<span class="hy-count">(\d+)<')


def cards_in(page):
    return {name: int(number) for name, number in CARD.findall(page)}


def cards(browser):
    return cards_in(browser.get("/admin/").text)


def test_each_role_counts_its_own_work(office):
    for status in ("pending_classify", "pending_accept", "pending_dispatch", "pending_confirm", "investigating"):
        office.case(status)
    office.case("pending_close", at=office.now - timedelta(days=10))
    admin = cards(office.sign_in("platform_admin"))
    assert (admin["to_classify"], admin["to_accept"], admin["to_assign"]) == (1, 1, 1)
    assert (admin["to_follow_up"], admin["to_close"], admin["overdue"]) == (1, 0, 1)
    assert cards(office.sign_in("handler")) == {"to_sign": 1, "in_hand": 1, "due_soon": 1, "overdue": 0}
    assert set(cards(office.sign_in("intake"))) == {"to_classify", "to_accept", "supplementing", "due_soon", "overdue"}
    assert set(cards(office.sign_in("leader_view"))) == {"due_soon", "overdue"}
    assert cards(office.sign_in("window")) == {"filed_open": 0}
    assert cards(office.sign_in("security_admin")) == {}


def test_the_most_urgent_come_first_and_late_ones_say_so(office):
    fresh = office.case("pending_accept")
    late = office.case("pending_accept", at=office.now - timedelta(days=30))
    page = office.sign_in("intake").get("/admin/").text
    order = re.findall(r'class="hy-row-link" href="/admin/cases/show/(\d+)"', page)
    assert order == [str(late), str(fresh)]
    assert "working days late" in page
    assert "working days left" in page


def test_the_lists_that_press_lead_and_a_row_has_its_verb(office):
    late = office.case("pending_accept", at=office.now - timedelta(days=30))
    page = office.sign_in("intake").get("/admin/").text
    assert list(cards_in(page))[:2] == ["overdue", "due_soon"]
    row = re.search(r'<li class="hy-row js-row hy-row-late">(.*?)</li>', page, re.DOTALL)[1]
    assert f'href="/admin/cases/{late}/do/accept"' in row
    assert "#alert-triangle" in row
    reader = office.sign_in("leader_view").get("/admin/").text
    assert f"/admin/cases/show/{late}" in reader
    assert "/do/" not in reader


def test_who_only_reads_gets_a_picture_and_rates(office):
    office.case("investigating")
    page = office.sign_in("leader_view").get("/admin/").text
    assert re.findall(r'class="card hy-figure hy-figure-(\w+)"', page) == ["line"]
    assert re.findall(r"<dt>([^<]+)</dt><dd>(\S+?)<", page) == [
        ("Completion rate", "0.00%"),
        ("Closed on time", "–"),
    ]
    assert "hy-figure" not in office.sign_in("supervisor").get("/admin/").text


def test_news_since_the_last_visit(office, monkeypatch):
    case_id = office.case("pending_confirm")
    browser = office.sign_in("supervisor")
    assert news_in(browser.get("/admin/").text) == ["Assign", "Accept", "File"]
    monkeypatch.setattr("app.admin.home.clock.offset", timedelta(minutes=20))
    assert "Assign" in news_in(browser.get("/admin/").text)  # the same visit
    monkeypatch.setattr("app.admin.home.clock.offset", timedelta(hours=2))
    page = browser.get("/admin/").text
    assert news_in(page) == []
    assert "Nobody else has done anything" in page
    assert news_in(office.sign_in("handler").get("/admin/").text) == ["Assign", "Accept", "File"]
    assert f"/admin/cases/show/{case_id}" not in office.sign_in("window").get("/admin/").text


@pytest.mark.parametrize(
    ("kept", "hours"),
    [
        ("", 24),  # a first visit
        ("8.1.1", 24),  # somebody else at this browser
        ("7.x.1", 24),
        ("7.1", 24),
        ("7.1.99999999999999", 24),
        (f"7.0.{2_000_000_000 + 9}", 24),  # the future
        (f"7.{2_000_000_000 - 7200}.{2_000_000_000 - 60}", 2),  # still here
        (f"7.0.{2_000_000_000 - 7200}", 2),  # here again
        ("7.0.0", 14 * 24),  # long away
    ],
)
def test_a_visit_begins_after_half_an_hour_of_absence(kept, hours):
    now = datetime.fromtimestamp(2_000_000_000, UTC)
    since, keep = visit(kept, 7, now)
    assert now - since == timedelta(hours=hours)
    assert visit(keep, 7, now) == (since, keep)


@pytest.mark.parametrize(
    "role", ["platform_admin", "city_admin", "handler", "leader_view", "auditor", "window", "caller", "security_admin"]
)
def test_the_home_asks_twelve_times_at_most(office, role):
    for status in ("pending_accept", "investigating", "pending_close"):
        office.case(status)
    browser = office.sign_in(role)
    browser.get("/admin/")
    with statements() as seen:
        assert browser.get("/admin/").status_code == 200
    assert len([sql for sql in seen if not sql.startswith("BEGIN")]) <= 12, seen


def news_in(page):
    found = re.search(r'<ol class="hy-news card">(.*?)</ol>', page, re.DOTALL)
    return re.findall(r"<strong>([^<]+)</strong>", found[1]) if found else []


def test_nothing_urgent_is_said_plainly(office):
    assert "Nothing is running towards a limit." in office.sign_in("caller").get("/admin/").text
    assert "This list is empty." in office.sign_in("caller").get("/admin/work/overdue").text


def test_long_lists_have_pages(office, monkeypatch):
    monkeypatch.setattr("app.admin.casework.PAGE", 2)
    for _ in range(3):
        office.case("pending_accept")
    browser = office.sign_in("intake")
    first, second = (browser.get(f"/admin/work/to_accept?page={page}").text for page in ("0", "1"))
    assert (first.count('name="rowid"'), second.count('name="rowid"')) == (2, 1)
    assert ("page=1" in first, "page=0" in second) == (True, True)
    for odd in ("-5", "x", "99999999999999999999"):
        assert browser.get(f"/admin/work/to_accept?page={odd}").status_code == 200


def test_the_outbox_shows_texts_by_phone(office):
    office.case("closed", channel="window")
    with office.app.app_context(), acting(CLOCK):
        office_now = office.now + timedelta(days=40)
        clocks.step_due(office_now)
    page = office.sign_in("supervisor").get("/admin/outbox/").text
    assert "138****1234" in page
    assert "/evaluate/" in page
    assert "13812341234" not in page
    assert office.sign_in("auditor").get("/admin/outbox/").status_code == 403


def test_codes_stay_closed_where_they_are_not_to_be_shown(office):
    office.case("closed", channel="window")
    with office.app.app_context(), acting(SYSTEM):
        shown = [each for phone in phones.phones(shows_codes=False) for each in phone.bubbles]
    closed = {each.kind for each in shown if each.text is None}
    assert closed == {"query_code", "rate"}
    assert any(each.text for each in shown)


def test_an_empty_outbox_says_so(office):
    assert "No text message has been written yet." in office.sign_in("platform_admin").get("/admin/outbox/").text


# --- figures and configuration ----------------------------------------------------------------------------------


def figures(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    data = re.search(r'data-chart="([^"]+)"', answer.text)[1]
    return [
        [cell["v"] for cell in row["c"]] for row in json.loads(data.replace("&#34;", '"').replace("&amp;", "&"))["rows"]
    ]


def test_charts_count_what_the_reader_may_see(office):
    for status in ("pending_classify", "pending_accept", "pending_confirm", "pending_confirm"):
        office.case(status)
    boss, unit = office.sign_in("platform_admin"), office.sign_in("handler")
    assert sorted(figures(boss, "/admin/cases/chart/by-status")) == [
        ["To be accepted", 1.0],
        ["To be classified", 1.0],
        ["To be signed for", 2.0],
    ]
    assert figures(unit, "/admin/cases/chart/by-status") == [["To be signed for", 2.0]]
    assert figures(boss, "/admin/cases/chart/by-department")[0][1] == 3.0


def test_rates_by_department_and_month(office, visitor):
    rated = office.case("closed", at=office.now - timedelta(days=1))
    office.case("investigating", at=office.now - timedelta(days=120))
    with office.app.app_context(), acting(CLOCK):
        clocks.step_due(office.now)
    boss = office.sign_in("supervisor")
    token = re.search(r"/evaluate/([\w-]+)", boss.get("/admin/outbox/").text)[1]
    assert visitor.send(f"/evaluate/{token}", speed="1", result="2", manner="5").status_code == 303
    unit = office.read(rated).department.name
    assert figures(boss, "/admin/cases/chart/completion") == [[unit, 50.0]]
    assert figures(boss, "/admin/cases/chart/on-time") == [[unit, 50.0]]
    assert figures(boss, "/admin/deadlines/chart/overdue") == [[unit, 1.0, 2.0]]
    assert figures(boss, "/admin/evaluations/chart/by-department") == [[unit, 0.0]]
    assert [rate for _, rate in figures(boss, "/admin/evaluations/chart/by-month")] == [0.0]
    assert sum(count for _, count in figures(boss, "/admin/cases/chart/by-month")) == 2.0
    assert office.sign_in("handler").get("/admin/evaluations/chart/by-month").status_code == 403


@pytest.mark.parametrize(
    ("plural", "name"), [(each.plural, chart.name) for each in ALL for chart in getattr(each, "charts", ())]
)
def test_every_chart_opens_with_and_without_cases(office, plural, name):
    browser = office.sign_in("supervisor")
    assert browser.get(f"/admin/{plural}/chart/{name}").status_code == 200
    office.case("closed")
    figures(browser, f"/admin/{plural}/chart/{name}")


def matter(office, code):
    with office.app.app_context(), acting(SYSTEM):
        return db.session.query(Matter).filter_by(code=code).one()


def test_a_change_of_the_configuration_is_logged_with_who_and_what(office):
    row = matter(office, "A10")
    browser = office.sign_in("platform_admin")
    form = {
        "name": row.name,
        "category": str(row.category_id),
        "handle_value": "20",
        "handle_unit": "day",
        "fields": json.dumps(row.fields),
        "position": "10",
        "is_active": "y",
    }
    answer = browser.send(f"/admin/matters/edit/{row.id}", **form)
    assert answer.status_code == 302, answer.text
    assert matter(office, "A10").handle_value == 20
    with office.app.app_context(), acting(SYSTEM):
        change = db.session.query(ConfigurationChange).order_by(ConfigurationChange.id.desc()).first()
        assert (change.noun, change.kind, change.row_id) == ("Matter", "update", row.id)
        assert (change.before["handle_value"], change.after["handle_value"]) == (30, 20)
        assert change.user_name == "fg"
    seen = office.sign_in("auditor").get("/admin/configuration-changes/list/").text
    assert "A10" in seen
    assert office.sign_in("intake").get(f"/admin/matters/edit/{row.id}").status_code == 403


def test_a_template_with_an_unknown_field_is_sent_back(office):
    browser = office.sign_in("platform_admin")
    form = {"text": "Hello {name}", "signature": "X", "is_active": "y"}
    answer = browser.send("/admin/templates/edit/1", **form)
    assert "This message does not offer that field." in answer.text
    assert "Hello {name}" in answer.text


def test_messages_are_never_written_by_a_form(office):
    office.case("pending_accept")
    browser = office.sign_in("platform_admin")
    token = browser.token("/resetmypassword/form")
    for path in ("edit/1", "delete/1", "add"):
        assert browser.post(f"/admin/messages/{path}", data={"csrf_token": token}).status_code == 404
    with office.app.app_context(), acting(SYSTEM):
        assert db.session.query(Message).count() == 1

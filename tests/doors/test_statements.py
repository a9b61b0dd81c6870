"""How often a list and a page ask the database: a few times, whatever the rows and whoever asks."""

from __future__ import annotations

import pytest

from app.domain.lifecycle import Status
from tests.fab.test_permissions import statements

ROLES = ("platform_admin", "city_admin", "intake", "dispatcher", "handler", "unit_leader", "supervisor", "caller")
LIMITS = {"rest": 4, "list": 8, "show": 8}


@pytest.fixture
def filled(office):
    """Cases in every status a unit sees, with all that hangs on them."""
    made = [office.case(Status.CLOSED), *(office.case(Status.INVESTIGATING) for _ in range(3))]
    office.case(Status.PENDING_ACCEPT)
    return made


def asked(get):
    get()
    with statements() as seen:
        assert get().status_code == 200
    return [sql for sql in seen if not sql.startswith("BEGIN")]


@pytest.mark.parametrize("role", ROLES)
def test_a_rest_list_asks_four_times_at_most(db, filled, rest, role):
    db.session.remove()
    client = rest(role)
    for plural in ("cases", "assignments", "deadlines", "case-events"):
        seen = asked(lambda plural=plural: client("GET", f"{plural}/?q=(page_size:25)"))
        assert len(seen) <= LIMITS["rest"], seen


@pytest.mark.parametrize("role", ROLES)
def test_pages_ask_eight_times_at_most(office, filled, role):
    browser = office.sign_in(role)
    for plural in ("cases", "assignments", "deadlines", "case-events"):
        seen = asked(lambda plural=plural: browser.get(f"/admin/{plural}/list/"))
        assert len(seen) <= LIMITS["list"], seen
    seen = asked(lambda: browser.get(f"/admin/cases/show/{filled[0]}"))
    assert len(seen) <= LIMITS["show"], len(seen)

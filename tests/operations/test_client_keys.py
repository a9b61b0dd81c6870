"""Keys of connected systems: shown once, hashed, changed with an overlap, ended at once; figures and deliveries."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.models.api_client import ApiClient, ClientKey
from app.models.case import Case
from app.models.client_log import ClientCall, Delivery
from app.models.deadline import Deadline
from app.models.housekeeping import ConfigurationChange
from app.models.officer import Officer
from app.models.scope import acting
from app.operations import client_calls, client_keys, clients, deliveries
from app.operations.client_calls import Batch, Slot
from tests.factories import NOW, file

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def system(db):
    with acting(SYSTEM):
        yield
        db.session.remove()


def made(code="hotline-a", **facts):
    return client_keys.add(client_keys.NewClient(code, "热线", **facts), SYSTEM, NOW)


def test_a_client_has_an_account_and_a_key_that_nothing_shows_again():
    client, key = made(department_code="410100-SCJG", networks="10.0.0.0/8")
    assert key.startswith("hyk_")
    assert len(key) >= 47
    caller = clients.by_key(key, NOW)
    assert (caller.client.id, caller.key.client_id) == (client.id, client.id)
    user = client.user
    assert (user.username, [role.name for role in user.roles]) == ("hotline-a", [Role.API_CLIENT])
    assert user.department.code == "410100-SCJG"
    stored = [str(value) for model in (ClientKey, ApiClient, Officer) for value in _values(model)]
    assert not [value for value in stored if key[10:] in value]
    change = db.session.scalars(select(ConfigurationChange)).one()
    assert key[10:] not in json.dumps([change.before, change.after])
    assert "key_hash" not in change.after
    assert made("hotline-b")[1] != key


def _values(model):
    for row in db.session.execute(select(model.__table__)):
        yield from row


def test_only_a_live_key_opens():
    client, key = made(expires_at=NOW + DAY)
    assert clients.by_key(key, NOW + DAY) is None
    assert clients.by_key(key[:-1], NOW) is None
    assert str(client.keys[0]) == f"{key[:10]}…"
    assert str(client_keys.end_key(client.keys[0].id, SYSTEM, NOW)).startswith("hyk_")
    client_keys.end_key(client.keys[0].id, SYSTEM, NOW + DAY)
    assert client.keys[0].ended_at == NOW
    assert clients.by_key(key, NOW) is None
    with pytest.raises(NotFound):
        client_keys.end_key(10**6, SYSTEM, NOW)


def test_a_client_ends_with_its_keys_and_its_account():
    client, key = made()
    client_keys.rotate(client.id, SYSTEM, NOW)
    client_keys.end_key(client.keys[1].id, SYSTEM, NOW)
    client_keys.end(client.id, SYSTEM, NOW + DAY)
    assert clients.by_key(key, NOW) is None
    assert [row.ended_at for row in client.keys] == [NOW + DAY, NOW]
    assert not client.user.active
    assert not clients.by_user(client.user_id).is_active
    with pytest.raises(Refused):
        client_keys.rotate(client.id, SYSTEM, NOW)
    for missing in (lambda: client_keys.one(10**6), lambda: client_keys.named("nobody")):
        with pytest.raises(NotFound):
            missing()


def test_an_inactive_client_has_no_open_key():
    client, key = made()
    client.is_active = False
    db.session.commit()
    assert clients.by_key(key, NOW) is None
    assert clients.by_user(10**6) is None


def test_rotation_overlaps_and_leaves_two_keys_at_most():
    client, first = made()
    second = client_keys.rotate(client.id, SYSTEM, NOW, overlap=DAY)
    opens = lambda key, now: clients.by_key(key, now) is not None  # noqa: E731
    assert [opens(key, NOW + DAY - timedelta(seconds=1)) for key in (first, second)] == [True, True]
    assert [opens(key, NOW + DAY) for key in (first, second)] == [False, True]
    third = client_keys.rotate(client.id, SYSTEM, NOW, overlap=DAY * 5, expires_at=NOW + 9 * DAY)
    assert [opens(key, NOW) for key in (first, second, third)] == [False, True, True]
    fourth = client_keys.rotate(client.id, SYSTEM, NOW + 8 * DAY, overlap=DAY * 5)
    assert [opens(key, NOW + 9 * DAY) for key in (first, second, third, fourth)] == [False, False, False, True]
    assert [each.code for each in client_keys.listed()] == ["hotline-a"]
    assert client_keys.named("hotline-a").id == client.id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "X"}, "code"),
        ({"code": "a" * 33}, "code"),
        ({"code": "ab"}, "code"),
        ({"scopes": "cases:fly"}, "scopes"),
        ({"networks": "x"}, "networks"),
        ({"per_minute": 0}, "per_minute"),
        ({"per_day": 10**10}, "per_day"),
        ({"source_system": "x" * 33}, "source_system"),
        ({"expires_at": NOW}, "expires_at"),
    ],
)
def test_a_client_that_cannot_be_is_refused_by_field(facts, field):
    with pytest.raises(Invalid) as wrong:
        made(**{"code": "hotline-a", **facts})
    assert set(wrong.value.fields) == {field}
    db.session.rollback()
    assert client_keys.listed() == []


def test_a_code_is_taken_once_and_an_overlap_has_an_end():
    client, _ = made()
    with pytest.raises(Refused):
        made()
    for overlap in (-DAY, 91 * DAY):
        with pytest.raises(Invalid):
            client_keys.rotate(client.id, SYSTEM, NOW, overlap=overlap)
    with pytest.raises(Invalid):
        client_keys.rotate(client.id, SYSTEM, NOW, expires_at=NOW)


HOUR = timedelta(hours=1)


def batch(client_id, *calls, key_id=None):
    found = Batch()
    for rule, now, status, time in calls:
        found.note(Slot(client_id, client_calls.hour_of(now), rule), status, time)
    if key_id:
        found.keys[key_id] = calls[-1][1]
    return found


def test_batches_add_up_by_hour_and_route():
    client, _ = made()
    other, _ = made("hotline-b")
    calls = [("GET /a", NOW, 200, 3.0), ("GET /a", NOW, 404, 30.0), ("POST /b", NOW, 500, 9000.0)]
    for each in (calls, [("GET /a", NOW - HOUR, 429, 1.0)], calls):
        client_calls.record(batch(client.id, *each))
    client_calls.record(batch(other.id, ("GET /a", NOW, 200, 3.0)))
    found = client_calls.figures(client.id, 1, NOW)
    total = found.total
    assert (total.count, total.refused, total.throttled, total.failed) == (7, 2, 1, 2)
    assert total.error_share == 71.4
    assert total.p95 == 2500
    assert [(each.label, each.count) for each in found.by_time] == [("11-24 09:00", 1), ("11-24 10:00", 6)]
    assert [(each.label, each.count, each.p50) for each in found.by_rule] == [
        ("GET /a", 5, 25 / 6),
        ("POST /b", 2, 2500),
    ]
    assert client_calls.figures(None, 30, NOW).by_time[0].label == "2026-11-24"
    assert client_calls.figures(None, 30, NOW).total.count == 8
    nothing = client_calls.figures(other.id, 1, NOW + 9 * DAY)
    assert (nothing.total.count, nothing.total.error_share, nothing.total.p50, nothing.by_time) == (0, 0.0, None, ())
    assert {str(row) for row in db.session.scalars(select(ClientCall))} >= {"GET /a 2026-11-24 02"}


def test_the_last_use_is_kept_to_the_minute():
    client, _ = made()
    key_id, key = client.keys[0].id, lambda: db.session.get_one(ClientKey, key_id)
    for seconds, expected in ((0, 0), (30, 0), (59, 0), (60, 60), (61, 60)):
        now = NOW + timedelta(seconds=seconds)
        client_calls.record(batch(client.id, ("GET /a", now, 200, 1.0), key_id=key_id))
        assert key().last_used_at == NOW + timedelta(seconds=expected)


def test_old_figures_are_forgotten():
    client, _ = made()
    client_id = client.id
    for now in (NOW, NOW - client_calls.KEPT - HOUR):
        client_calls.record(batch(client_id, ("GET /a", now, 200, 1.0)))
    assert client_calls.over_count(NOW) == 1
    assert client_calls.sweep(NOW) == 1
    assert (client_calls.over_count(NOW), client_calls.figures(client_id, 30, NOW).total.count) == (0, 1)


def test_a_delivery_holds_ids_and_names_of_fields_and_goes_in_time():
    client, _ = made()
    client_id, key_id = client.id, client.keys[0].id
    deliveries.record(client_id, key_id, "GET /a", [3, 1, 3], ["title", "body", "title"], NOW)
    deliveries.record(client_id, None, "GET /b", range(1000), ["x" * 400], NOW + 5 * 366 * DAY)
    first, second = db.session.scalars(select(Delivery).order_by(Delivery.id))
    assert (first.case_ids, first.case_count, first.fields) == (" 1 3 ", 2, "body title")
    assert (second.case_count, len(second.fields)) == (100, 300)
    assert str(first) == "GET /a 2026-11-24 02:00"
    later = NOW + 3 * 366 * DAY
    assert (deliveries.over_count(later, 3), deliveries.sweep(later, 3)) == (0, 0)
    later += timedelta(seconds=1)
    assert (deliveries.over_count(later, 3), deliveries.sweep(later, 3)) == (1, 1)
    assert deliveries.over_count(later, 3) == 0


def test_rows_are_traced_to_their_cases():
    case_id = file().case_id
    with acting(SYSTEM):
        limit = db.session.scalars(select(Deadline.id).where(Deadline.case_id == case_id)).first()
        assert deliveries.cases_of(Deadline, [limit]) == [case_id]
        assert deliveries.cases_of(Case, [5, 6]) == [5, 6]

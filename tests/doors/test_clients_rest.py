"""Connected systems at the REST API: keys, scopes, networks, quotas, and figures of their calls."""

from __future__ import annotations

import threading
from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.api.quota import Quota
from app.domain.access import SYSTEM
from app.domain.clients import ClientScope
from app.domain.lifecycle import Status
from app.extensions import clock
from app.extensions import db as database
from app.models.api_client import ApiClient, ClientKey
from app.models.client_log import ClientCall, Delivery
from app.models.scope import acting
from app.operations import client_keys
from app.resources import ALL as NOUNS
from tests import factories
from tests.doors.clients import rows
from tests.doors.filings import BODY
from tests.pages import Rest, unnumbered

PROBLEM = "application/problem+json"


def test_a_key_files_and_sees_its_own_cases_only(system):
    one, two = system("one-key"), system("two-key")
    answer = one("POST", "cases/", json=BODY)
    assert answer.status_code == 201
    case_id = answer.get_json()["id"]
    assert one("GET", f"cases/{case_id}").status_code == 200
    assert two("GET", f"cases/{case_id}").status_code == 404
    assert one("GET", "officers/").status_code == 403
    assert one("POST", f"cases/{case_id}/accept").status_code == 403


def test_an_api_client_sees_only_what_it_filed(system):
    one, two = system("one-key"), system("two-key")
    filed = [one("POST", "cases/", json=BODY).get_json() for _ in range(2)]
    mine = [case["id"] for case in filed]
    theirs = two("POST", "cases/", json=BODY).get_json()["id"]
    factories.file()
    assert sorted(one("GET", "cases/").get_json()["ids"]) == mine
    assert two("GET", "cases/").get_json()["ids"] == [theirs]
    for plural in ("respondents", "deadlines"):
        numbers = {row["case"]["receipt_no"] for row in one("GET", f"{plural}/").get_json()["result"]}
        assert numbers == {case["receipt_no"] for case in filed}, plural
    assert one("GET", "case-events/").status_code == 403


def test_a_key_that_is_wrong_over_or_ended_is_401_and_costs_the_same(system, app, db):
    one = system("one-key")
    ended, over = system("ended-key"), system("over-key", expires_at=clock.now() + timedelta(days=1))
    one.act(client_keys.end_key, ended.key_id)
    with acting(SYSTEM):
        db.session.get(ClientKey, over.key_id).expires_at = clock.now()
        db.session.commit()
    db.session.remove()
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    counts = []
    for key in ("hyk_wrong", "", "密钥".encode().decode("latin-1"), "x" * 5000, ended.key, over.key):
        seen.clear()
        answer = one("GET", "cases/", key=key)
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM), key
        counts.append((len([sql for sql in seen if "client_keys" in sql]), unnumbered(answer)))
    assert [each for each in counts if each != counts[0]] == []
    assert counts[0][0] == 1
    assert one("GET", "cases/").status_code == 200


def test_a_client_ends_at_once_by_key_and_by_token(system, app, account):
    one = system("one-key")
    with app.app_context(), acting(SYSTEM):
        from werkzeug.security import generate_password_hash

        from tests.conftest import QUICK_HASH
        from tests.pages import PASSWORD

        user = database.session.get(ApiClient, one.id).user
        user.password = generate_password_hash(PASSWORD, method=QUICK_HASH)
        database.session.commit()
        database.session.remove()
    token = Rest(app, "one-key")
    assert {one("GET", "cases/").status_code, token("GET", "cases/").status_code} == {200}
    with app.app_context(), acting(SYSTEM):
        database.session.get(ApiClient, one.id).is_active = False
        database.session.commit()
        database.session.remove()
    assert {one("GET", "cases/").status_code, token("GET", "cases/").status_code} == {401}
    one.act(client_keys.end, one.id)
    assert {one("GET", "cases/").status_code, token("GET", "cases/").status_code} == {401}


def test_an_account_made_for_keys_has_no_password(system, app):
    system("one-key")
    for password in ("!", "", "one-key"):
        login = {"username": "one-key", "password": password, "provider": "db"}
        answer = Context().run(app.test_client().post, "/api/v1/security/login", json=login)
        assert answer.status_code in (400, 401, 422)


def test_rotation_leaves_both_keys_open_for_a_while(system, app):
    one = system("one-key")
    new = one.act(client_keys.rotate, one.id, overlap=timedelta(days=7))
    assert {one("GET", "cases/", key=key).status_code for key in (one.key, new)} == {200}
    newest = one.act(client_keys.rotate, one.id, overlap=timedelta())
    assert [one("GET", "cases/", key=key).status_code for key in (one.key, new, newest)] == [401, 401, 200]


SCOPED = [
    ("GET", "cases/", {}, ClientScope.READ),
    ("GET", "cases/1/timeline", {}, ClientScope.READ),
    ("GET", "deadlines/", {}, ClientScope.READ),
    ("POST", "cases/", {"json": {}}, ClientScope.FILE),
    ("POST", "attachments/", {}, ClientScope.FILE),
    ("POST", "cases/1/withdraw", {"json": {}}, ClientScope.ACT),
    ("GET", "statistics/cases_by_status", {}, ClientScope.FIGURES),
    ("GET", "matters/", {}, ClientScope.RULES),
    ("POST", "deadlines/explain", {"json": {}}, ClientScope.RULES),
    ("GET", "menu/", {}, ClientScope.RULES),
    ("PUT", "matters/1", {"json": {}}, ClientScope.SET_RULES),
]


@pytest.mark.parametrize(("method", "path", "body", "needed"), SCOPED)
def test_a_call_needs_its_scope_and_the_answer_names_it(system, method, path, body, needed):
    without = system("one-key", scopes=" ".join(set(ClientScope) - {needed}))
    alone = system("two-key", scopes=str(needed))
    answer = without(method, path, **body)
    assert (answer.status_code, answer.mimetype) == (403, PROBLEM)
    assert answer.get_json()["scope"] == needed
    assert str(needed) in answer.get_json()["detail"]
    assert alone(method, path, **body).get_json().get("code") != "scope"


def test_a_key_without_scopes_opens_nothing_but_the_description(system):
    none = system("one-key", scopes="")
    for noun in NOUNS:
        assert none("GET", f"{noun.plural}/").get_json()["code"] == "scope"
    assert none("GET", "_openapi").status_code == 200


def test_every_route_of_the_api_asks_for_a_scope(app):
    from app.api.gate import OPEN

    asked = app.extensions["huiyin.scopes"]
    there = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert there - OPEN == set(asked)
    assert {name for name, scope in asked.items() if scope is ClientScope.FIGURES} == {"StatisticsApi.figures"}
    for noun in NOUNS:
        area = "cases" if hasattr(noun.model, "case_id") or noun.noun == "Case" else "configuration"
        assert asked[f"{noun.noun}Api.get_list"].startswith(area) or noun.noun == "ImportBatch", noun.noun


def test_calls_come_from_the_networks_named(system):
    one = system("one-key", networks="10.1.0.0/16, 192.168.1.5")
    for address, status in (("10.1.2.3", 200), ("192.168.1.5", 200), ("192.168.1.6", 403), ("::ffff:10.1.2.3", 200)):
        answer = one("GET", "cases/", environ_base={"REMOTE_ADDR": address}, headers={"X-Forwarded-For": "10.1.2.3"})
        assert answer.status_code == status, address
    assert answer.status_code == 200
    refused = one("GET", "cases/", environ_base={"REMOTE_ADDR": "8.8.8.8"})
    assert (refused.mimetype, refused.get_json()["code"]) == (PROBLEM, "network")


def test_the_same_rules_hold_for_the_clients_token(system, app, account, db):
    name = account("api_client")
    with acting(SYSTEM):
        from app.models.officer import Officer

        user = db.session.query(Officer).filter_by(username=name).one()
        row = ApiClient(code="c", name="c", user_id=user.id, scopes="cases:read", per_minute=2, created_at=clock.now())
        db.session.add(row)
        db.session.commit()
    db.session.remove()
    token = Rest(app, name)
    assert token("GET", "matters/").get_json()["scope"] == "configuration:read"
    assert token("GET", "cases/").status_code == 200
    assert token("GET", "cases/").status_code == 429


def test_a_token_that_is_wrong_stays_401_and_others_pass_untouched(app, rest, system):
    for header in ("Bearer x", "Bearer ", "Basic x", "Bearer a.b.c"):
        answer = Context().run(app.test_client().get, "/api/v1/cases/", headers={"Authorization": header})
        assert answer.status_code == 401, header
    assert rest("intake")("GET", "cases/").status_code == 200
    assert rest("api_client")("GET", "cases/").status_code == 200  # an account of the role without a client row
    assert rows(Delivery) == []


def test_a_quota_answers_429_and_says_when_again(system):
    one, other = system("one-key", per_minute=3), system("two-key", per_day=2)
    assert [one("GET", "cases/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    last = one("GET", "cases/")
    assert (last.mimetype, last.get_json()["code"]) == (PROBLEM, "quota")
    assert 1 <= int(last.headers["Retry-After"]) <= 60
    assert [other("GET", "cases/").status_code for _ in range(3)] == [200, 200, 429]
    assert 60 < int(other("GET", "cases/").headers["Retry-After"]) <= 86_400


@pytest.mark.parametrize("place", ["redis", "here", "away"])
def test_twenty_threads_never_exceed_a_quota(place, request, settings):
    if place == "redis":
        request.getfixturevalue("valkey")
    address = settings.redis_url.replace("unix://", "redis+unix://", 1)
    quota = Quota({"redis": address, "here": "memory://", "away": f"{address}.nobody"}[place])
    let_in, ready = [], threading.Barrier(20)

    def call():
        ready.wait()
        let_in.extend(1 for _ in range(20) if not quota.wait(7, 50, 10_000, 1_000.0))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(let_in) == 50
    assert quota.wait(8, 50, 10_000, 1_000.0) == 0


def test_a_window_that_is_over_begins_anew():
    quota = Quota("memory://")
    assert [quota.wait(1, 1, 3, now) for now in (0.0, 1.0, 60.0, 61.5)] == [0, 59, 0, 59]
    assert quota.wait(1, 1, 3, 121.0) == 0
    assert quota.wait(1, 1, 3, 181.0) == 86_400 - 181


def test_twenty_calls_at_once_through_the_door_never_exceed(system):
    one = system("one-key", per_minute=5)
    got = []
    threads = [threading.Thread(target=lambda: got.append(one("GET", "menu/").status_code)) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == [200] * 5 + [429] * 15


def test_calls_are_counted_by_route_and_the_key_is_known_to_have_been_used(system, app):
    one = system("one-key", per_minute=4)
    for path in ("cases/", "cases/999", "cases/?q=((("):
        one("GET", path)
    one("GET", "officers/")
    one("GET", "cases/")
    assert rows(ClientCall) == []
    app.extensions["huiyin.tally"].write()
    app.extensions["huiyin.tally"].write()
    found = {
        row.rule: (row.count, row.refused_count, row.throttled_count, row.failed_count) for row in rows(ClientCall)
    }
    assert found == {
        "GET /api/v1/cases/": (3, 1, 1, 0),
        "GET /api/v1/cases/<pk>": (1, 1, 0, 0),
        "GET /api/v1/officers/": (1, 1, 0, 0),
    }
    assert rows(ClientKey)[0].last_used_at is not None


def test_a_failure_of_ours_is_counted_as_one(system, app, monkeypatch):
    one = system("one-key")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("app.api.cases.dossier.open_case", lambda *_: 1 / 0)
    case_id = one("POST", "cases/", json=BODY).get_json()["id"]
    assert one("GET", f"cases/{case_id}/timeline").status_code == 500
    app.extensions["huiyin.tally"].write()
    assert [row.failed_count for row in rows(ClientCall)] == [1, 0]


def test_figures_that_cannot_be_written_are_dropped_with_a_line(system, app, monkeypatch, caplog):
    one = system("one-key")
    one("GET", "cases/")
    monkeypatch.setattr("app.api.tally.client_calls.record", lambda _: 1 / 0)
    app.extensions["huiyin.tally"].write()
    assert "figures of calls were lost: 1 routes" in caplog.text


def test_outside_of_tests_a_thread_writes_after_a_while(system, app, monkeypatch):
    one, tally = system("one-key"), app.extensions["huiyin.tally"]
    monkeypatch.setattr("app.api.tally.EVERY", 0.01)
    monkeypatch.setattr(app, "testing", False)
    tally.note(one.id, one.key_id, "GET /x", 200, 3.0)
    timer = tally._timer
    tally.note(one.id, one.key_id, "GET /x", 200, 3.0)
    assert timer is not None
    timer.join(10)
    tally.write()
    assert sum(row.count for row in rows(ClientCall)) == 2


def test_limits_are_changed_by_those_who_may_and_checked(system, rest):
    one, guard, boss = system("one-key"), rest("security_admin"), rest("platform_admin")
    path = f"api-clients/{one.id}"
    assert guard("PUT", path, json={"scopes": "figures:read  cases:read", "per_minute": 9}).status_code == 200
    assert boss("GET", path).get_json()["result"]["scopes"] == "cases:read figures:read"
    for wrong in ({"scopes": "cases:fly"}, {"networks": "10.0.0.300"}, {"networks": "10.1.2.3/8"}, {"per_day": 0}):
        assert boss("PUT", path, json=wrong).status_code == 422, wrong
    assert rest("intake")("PUT", path, json={}).status_code == 403
    assert boss("PUT", path, json={"key_hash": "x"}).status_code == 422
    text = boss("GET", "client-keys/").text + boss("GET", path).text + boss("GET", "configuration-changes/").text
    with acting(SYSTEM):
        assert database.session.get(ClientKey, one.key_id).key_hash not in text
    assert one.key not in text


def test_filing_is_not_limited_below_twenty_a_second():
    from app.domain.clients import PER_DAY, PER_MINUTE

    assert PER_MINUTE >= 20 * 60
    assert PER_DAY >= 20 * 86_400


def test_status_is_unchanged_for_whoever_is_no_client(app, db):
    case_id = factories.case_in(Status.PENDING_ACCEPT, clock.now())
    answer = Context().run(app.test_client().get, f"/api/v1/cases/{case_id}")
    assert answer.status_code == 401

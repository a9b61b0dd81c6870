"""The holes of Flask-AppBuilder as it ships: each attack succeeds on stock FAB, and fails on ours.

So each of these tests can fail. docs/security.md says where each hole is closed, and which tests keep it closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask

from tests.fab import conftest, stock

ROOT = Path(__file__).resolve().parents[2]


class Door(NamedTuple):
    """An app under attack: a browser and a REST client of somebody who may do all, and where its things are."""

    app: Flask
    browser: Any
    headers: dict[str, str]
    pages: str
    charts: str
    things: str
    kinds: str
    view: str

    def rest(self, method: str, path: str, **options: Any) -> Any:
        """Call REST."""
        return self.app.test_client().open(f"/api/v1/{path}", method=method, headers=self.headers, **options)


def undeclared_columns(door: Door) -> bool:
    """1: what nobody has declared is answered, and a related row comes whole."""
    row = door.rest("GET", f"{door.things}/1").get_json()["result"]
    return "hidden" in row or "phone_sealed" in row or "secret" in str(row.get("kind", ""))


def related_row_is_made(door: Door) -> bool:
    """3: an object for a related row makes that row."""
    before = door.rest("GET", f"{door.kinds}/").get_json()["count"]
    door.rest("POST", f"{door.things}/", json={"code": "Z1", "name": "n", "kind": {"name": "made by hand"}})
    return bool(door.rest("GET", f"{door.kinds}/").get_json()["count"] > before)


def order_by_hidden_column(door: Door) -> bool:
    """4: a list sorted by a column that nobody sees tells what is in it."""
    codes = [
        re.findall(r"\bT\d\d\b", door.browser.get(f"{door.pages}/list/?psize_{door.view}=50{order}").text)
        for order in (
            "",
            f"&_oc_{door.view}=hidden&_od_{door.view}=asc",
            f"&_oc_{door.view}=hidden&_od_{door.view}=desc",
        )
    ]
    return bool(codes[0]) and codes[1] != codes[2]


def pages_break(door: Door) -> bool:
    """4: nonsense in the address of a page is a fault of ours."""
    paths = (f"{door.pages}/list/?page_{door.view}=abc", f"{door.charts}/chart/9")
    return any(door.browser.get(path).status_code == 500 for path in paths)


def delete_without_token(door: Door) -> bool:
    """5: another site's form deletes a row."""
    door.browser.post(f"{door.pages}/delete/12")
    return bool(door.rest("GET", f"{door.things}/12").status_code == 404)


def faults_of_ours(door: Door) -> bool:
    """6: what a client sends is answered 500."""
    one = {"name": "n", "kind": 1}
    sent = [
        *(door.rest("GET", f"{door.things}/?q={q}") for q in ("!", "(a:", "(((", f"(page:{10**20})")),
        door.rest("GET", f"{door.things}/{10**22}"),
        door.rest("POST", f"{door.things}/", json={**one, "code": "T01"}),
        door.rest("POST", f"{door.things}/", json={**one, "code": "T77", "kind": 77}),
        door.rest("POST", f"{door.things}/", data=b'{"name": "\\ud800"}', content_type="application/json"),
    ]
    return any(answer.status_code >= 500 for answer in sent)


def bad_filter_shows_all(door: Door) -> bool:
    """6: a date that is none filters nothing."""
    answer = door.rest("GET", f"{door.things}/?q=(filters:!((col:made_at,opr:gt,value:never)))")
    return answer.status_code == 200 and answer.get_json()["count"] > 0


def filters_are_shared(door: Door) -> bool:
    """10: one object holds the filters of all requests that run at once."""
    view = next(each for each in door.app.appbuilder.baseviews if type(each).__name__ == door.view)  # type: ignore[attr-defined]
    seen = []
    for _ in range(2):
        with door.app.test_request_context(f"{door.pages}/list/"):
            seen.append(view._filters)
    return seen[0] is seen[1]


def errors_of_many_shapes(door: Door) -> bool:
    """12: a bad token is 422, and what is not there is a page."""
    bad = door.app.test_client().get(f"/api/v1/{door.things}/", headers={"Authorization": "Bearer x"})
    lost = door.rest("GET", "nothing/")
    return bad.status_code != 401 or {bad.mimetype, lost.mimetype} != {"application/problem+json"}


def writes_in_spite_of_a_rule(door: Door) -> bool:
    """11: a rule that says no after FAB's commit does not undo it."""
    path = f"{door.pages}/edit/5"
    page = door.browser.get(path).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    door.browser.post(path, data={"name": "refuse", "csrf_token": found.group(1) if found else ""})
    return bool(door.rest("GET", f"{door.things}/5").get_json()["result"]["name"] == "refuse")


ATTACKS = (
    undeclared_columns,
    related_row_is_made,
    order_by_hidden_column,
    pages_break,
    delete_without_token,
    faults_of_ours,
    bad_filter_shows_all,
    filters_are_shared,
    errors_of_many_shapes,
    writes_in_spite_of_a_rule,
)
attacks = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)


@pytest.fixture(scope="module")
def stock_door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Stock FAB."""
    app = stock.make(tmp_path_factory.mktemp("stock"))
    places = "/things", "/thingcharts", "things", "kinds", "ThingView"
    return Door(app, stock.sign_in(app), stock.bearer(app), *places)


@pytest.fixture
def our_door(fab_app: Flask) -> Door:
    """Ours."""
    places = "/admin/test-things", "/admin/test-things", "test-things", "test-kinds", "ThingView"
    headers = conftest.Rest(fab_app, "boss").headers
    return Door(fab_app, conftest.sign_in(fab_app, "boss"), headers, *places)


@attacks
@pytest.mark.filterwarnings("ignore")
def test_stock_fab_has_the_hole(stock_door: Door, attack: Callable[[Door], bool]) -> None:
    assert attack(stock_door)


@attacks
def test_ours_has_not(our_door: Door, attack: Callable[[Door], bool]) -> None:
    assert not attack(our_door)


@pytest.mark.filterwarnings("ignore")
def test_stock_fab_gives_actions_and_files_rows_out_of_sight(stock_door: Door) -> None:
    """2, 9: ours are walked by tests/fab/test_in_scope.py and, with a planted leak, by tests/matrix."""
    from werkzeug.utils import secure_filename

    assert stock_door.rest("GET", "things/2").status_code == 404
    stock_door.browser.post("/things/action_post", data={"action": "stamp", "rowid": ["2"]})
    assert stock.ThingView.acted == ["T02"]
    assert secure_filename("证据.pdf") == "pdf", "the name that FAB's uploads would get"


@pytest.mark.filterwarnings("ignore")
def test_stock_fab_tries_passwords_without_end_and_sets_plain_cookies(stock_door: Door) -> None:
    """7: ours are tested by tests/doors and tests/system."""
    wrong = {"username": "boss", "password": "no", "provider": "db"}
    tries = [stock_door.app.test_client().post("/api/v1/security/login", json=wrong).status_code for _ in range(12)]
    assert set(tries) == {401}
    cookies = stock_door.app.test_client().get("/login/").headers.getlist("Set-Cookie")
    assert cookies
    assert not any("SameSite" in cookie or "Secure" in cookie for cookie in cookies)


def test_the_table_of_holes_names_tests_that_there_are() -> None:
    table = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("## Holes of the framework")[2]
    lines = re.findall(r"^\| (\d+) \|(.*)\|$", table, re.MULTILINE)
    assert [number for number, _ in lines] == [str(number) for number in range(1, 13)]
    for number, line in lines:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", line)
        assert named, number
        for path, test in named:
            assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), (number, path, test)

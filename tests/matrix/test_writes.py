"""Mass assignment: no column that a form does not have is written by POST or PUT, by REST or page, for any role."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.architecture.routes import NOUNS
from tests.matrix import forged, oracle
from tests.matrix.world import SEATS

WRITERS = ("platform_admin", "security_admin")
FORMS = {"create": "add_columns", "update": "edit_columns"}


def rows(walk: Any, noun: str) -> dict[int, dict[str, Any]]:
    """All rows of a noun, by id."""
    table = NOUNS[noun].model.__table__
    with walk.system():
        from app.extensions import db

        return {row["id"]: dict(row) for row in db.session.execute(select(table)).mappings()}


def writable(who: Any, right: str) -> list[str]:
    """Nouns on which a seat has a right to write."""
    return [noun for noun, resource in NOUNS.items() if who.role in resource.rights[right]]


@pytest.mark.parametrize("name", SEATS)
def test_who_has_no_right_to_write_writes_no_column(walking, untouched, name):
    walk = walking(name)
    for noun, resource in NOUNS.items():
        for right, method in (("create", "POST"), ("update", "PUT"), ("delete", "DELETE")):
            if walk.who.role in resource.rights[right] or (noun, right) == ("Case", "create"):
                continue
            body = dict.fromkeys(forged.forbidden(noun, "edit_columns"), forged.FORGED)
            path = f"/api/v1/{resource.plural}/{'' if method == 'POST' else 1}"
            answer = walk.open(path, method, "rest", body)
            walk.note(is_right=answer.status_code in (403, 404, 405), what=f"{method} {path}: {answer.status_code}")
            page = {"create": "add", "update": "edit/1", "delete": "delete/1"}[right]
            answer = walk.open(f"/admin/{resource.plural}/{page}", "POST", "view", body)
            walk.note(is_right=answer.status_code in (403, 404, 405), what=f"{noun} {page}: {answer.status_code}")
    assert walk.leaks == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_changes_no_column_but_those_of_the_form(walking, world, name):
    walk, tried = walking(name), 0
    for noun in writable(walk.who, "update"):
        before = rows(walk, noun)
        key = max(before) if noun != "Officer" else world.seats["handler"].user_id
        path = f"{NOUNS[noun].plural}/{key}"
        page = forged.filled(walk.open(f"/admin/{NOUNS[noun].plural}/edit/{key}").text)
        for column in forged.forbidden(noun, "edit_columns"):
            given = forged.value(noun, column, before[key])
            answer = walk.open(f"/api/v1/{path}", "PUT", "rest", {column: given})
            walk.note(is_right=answer.status_code == 422, what=f"PUT {path} {column}: {answer.status_code}")
            walk.open(f"/admin/{NOUNS[noun].plural}/edit/{key}", "POST", "view", {**page, column: given})
            tried += 1
        after = rows(walk, noun)
        theirs = {f"{column}{end}" for column in NOUNS[noun].edit_columns for end in ("", "_id", "_code")}
        told = {name for name in before[key] if before[key][name] != after[key][name]} - theirs
        walk.note(is_right=not told and before.keys() == after.keys(), what=f"{noun}: {told} written")
    assert walk.leaks == []
    assert tried > 10


def test_a_new_row_has_no_column_but_those_of_the_form(walking):
    walk, tried = walking("platform_admin"), 0
    for noun in writable(walk.who, "create"):
        before = rows(walk, noun)
        for column in forged.forbidden(noun, "add_columns"):
            given = forged.value(noun, column, next(iter(before.values())))
            answer = walk.open(f"/api/v1/{NOUNS[noun].plural}/", "POST", "rest", {column: given})
            named = {line["field"].split(".")[0] for line in answer.get_json().get("errors", ())}
            is_right = answer.status_code == 422 and column in named
            walk.note(is_right=is_right, what=f"POST {noun} {column}: {answer.status_code} {sorted(named)}")
            tried += 1
        walk.note(is_right=rows(walk, noun) == before, what=f"{noun}: a row was made")
    assert walk.leaks == []
    assert tried > 20


@pytest.mark.parametrize("name", ["intake", "api_client", "window"])
def test_a_filing_sets_no_column_of_the_case_that_it_does_not_ask_for(walking, untouched, name):
    from app.api.bodies import FILING
    from tests.doors.filings import BODY

    walk = walking(name)
    asked = set(FILING.schema["properties"])
    for column in (each for each in forged.forbidden("Case", "add_columns") if each not in asked):
        answer = walk.open("/api/v1/cases/", "POST", "rest", {**BODY, column: 1})
        named = {line["field"] for line in answer.get_json().get("errors", ())}
        walk.note(is_right=answer.status_code == 422 and column in named, what=f"{column}: {answer.status_code}")
    assert walk.leaks == []


@pytest.mark.parametrize("name", ["handler", "intake", "platform_admin"])
def test_no_verb_takes_a_column_as_a_fact(walking, world, untouched, name):
    from app.domain.lifecycle import VERBS

    walk = walking(name)
    case = next(each for each in world.cases if oracle.sees(world, walk.who, each))
    for verb in VERBS.values():
        body = dict.fromkeys(forged.forbidden("Case", "add_columns"), 1)
        answer = walk.open(f"/api/v1/cases/{case.id}/{verb.name}", "POST", "action", body)
        walk.note(is_right=answer.status_code in (403, 404, 409, 422), what=f"{verb.name}: {answer.status_code}")
    assert walk.leaks == []

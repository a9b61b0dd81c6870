"""Search by pieces of text: pairs of characters narrow down, the text decides, and only what is shown is searched."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.domain.access import SYSTEM
from app.domain.lifecycle import Status
from app.extensions import db
from app.fab import interface
from app.models.case import Case
from app.models.grams import bigrams, grams
from app.models.scope import acting, acting_on
from app.models.search import found
from tests import factories

FEE = {"title": "窗口乱收费", "body": '大厅要求缴纳8%的"手续费"，并说 ABc_d 是规定。'}
NAMED = {"title": "Wang Xiaoming的来信", "body": "请联系Wang Xiaoming，电话13812341234，谢谢。"}


def hits(words, **how):
    with acting(SYSTEM):
        rows = db.session.scalars(
            select(Case.id).where(found(words, db.engine.dialect.name, **{"is_common": False, **how}))
        )
        return set(rows)


@pytest.fixture
def fee(db):
    return factories.case_in(Status.PENDING_ACCEPT, **FEE)


def test_bigrams_are_the_pairs_of_neighbours():
    assert bigrams("收费收费A") == ["收费", "费收", "费a"]
    assert (bigrams("收"), bigrams(""), grams(None)) == ([], [], "")
    assert grams("收费") == "006536008d39"


@pytest.mark.parametrize("is_common", [False, True])
@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("收费", True),
        ("乱收费", True),
        (" 手续费 ", True),
        ('"手续费"', True),
        ("8%的", True),
        ("8_的", False),
        ("abC_D", True),
        ("abCxD", False),
        ("收费窗", False),
        ("费收", False),
        ("费大", False),
        ("'; DROP TABLE cases; --", False),
        ("收费 OR 窗口", False),
        ("收", False),
        ("", False),
        ("收" * 101, False),
    ],
)
def test_what_is_found(fee, words, is_found, is_common):
    assert (fee in hits(words, is_common=is_common)) is is_found


def test_what_is_written_later_is_found_and_what_is_gone_is_not(fee):
    with acting(SYSTEM), acting_on():
        db.session.execute(update(Case).where(Case.id == fee).values(title_redacted="停水三天", body_redacted=None))
        db.session.commit()
    assert hits("停水") == {fee}
    assert hits("收费") == hits("手续费") == set()


@pytest.mark.parametrize("role", ["intake", "handler", "api_client"])
def test_nobody_finds_by_what_is_redacted(db, rest, role):
    case_id = factories.case_in(Status.PENDING_CONFIRM, **NAMED)
    db.session.remove()
    client = rest(role, at=factories.LEAD if role == "handler" else "")
    for words in ("Wang Xiaoming", "xiao", "13812341234", "1234"):
        assert asked(client, words).get_json()["ids"] == [], words
    assert asked(client, "请联系").get_json()["ids"] == ([case_id] if role != "api_client" else [])


def asked(client, words):
    return client(
        "GET", "cases/", query_string={"q": f'{{"filters":[{{"col":"title","opr":"has","value":"{words}"}}]}}'}
    )


def test_it_is_within_scope_and_needs_two_characters(fee, db, rest):
    db.session.remove()
    assert asked(rest("intake"), "收费").get_json()["ids"] == [fee]
    assert asked(rest("handler", at=factories.LEAD), "收费").get_json()["ids"] == []
    assert asked(rest("intake"), "收").status_code == 400


def test_where_very_many_are_found_the_newest_are_walked(fee, db, rest, monkeypatch):
    db.session.remove()
    client = rest("intake")
    monkeypatch.setattr(interface, "COUNTED", 0)
    assert asked(client, "收费").get_json()["ids"] == [fee]


def test_pages_offer_it(fee, db, login):
    db.session.remove()
    browser = login("intake")
    link = f"/admin/cases/show/{fee}"
    assert link in browser.get("/admin/cases/list/?_flt_9_title=收费").text
    for words in ("停水", "收"):
        page = browser.get(f"/admin/cases/list/?_flt_9_title={words}").text
        assert (link in page) is (words == "收")  # one character is no search: it is left out, and the page says so

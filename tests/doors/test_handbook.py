"""The handbook: an index and a page for each noun, made from the resources, in both languages."""

from __future__ import annotations

import pytest

from app.domain.lifecycle import VERBS
from app.resources import ALL
from app.resources.about import ABOUT, about


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_noun_has_a_page_with_all_its_columns(office, language):
    browser = office.sign_in("handler")
    browser.get(f"/lang/{language}")
    index = browser.get("/admin/handbook/").text
    for noun in ALL:
        page = browser.get(f"/admin/handbook/{noun.plural}")
        assert page.status_code == 200, noun.noun
        assert f"/admin/handbook/{noun.plural}" in index
        for column in (*noun.list_columns, *noun.show_columns, *noun.edit_columns, *noun.search_columns):
            assert f"<code>{column}</code>" in page.text, (noun.noun, column)


def test_the_page_of_cases_has_verbs_statuses_and_the_columns_of_an_import(office):
    page = office.sign_in("intake").get("/admin/handbook/cases").text
    assert all(f"<code>{verb}</code>" in page for verb in VERBS)
    assert "<code>pending_accept</code>" in page
    assert "<code>complainant.phone</code>" in page


def test_who_may_and_what_helps_is_told(office):
    page = office.sign_in("handler").get("/admin/handbook/calendar").text
    assert "Platform administrator" in page or "rovince" in page
    assert "Six digits" in office.sign_in("handler").get("/admin/handbook/regions").text


def test_a_noun_that_is_not_there_is_404_and_systems_read_no_handbook(office):
    assert office.sign_in("handler").get("/admin/handbook/nothing").status_code == 404
    assert office.sign_in("api_client").get("/admin/handbook/").status_code == 403


def test_every_noun_says_what_it_is():
    assert [noun.noun for noun in ALL if not about(noun)] == []
    assert ABOUT.keys() <= {noun.noun for noun in ALL}
    assert about(type("New", (), {"noun": "New"})) == ""

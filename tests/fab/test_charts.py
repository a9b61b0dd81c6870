"""Charts: grouped by the database, within rights, drawn by our own script; no page names another host."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.fab.conftest import HERE, Page
from tests.fab.test_permissions import statements

CHART = "/admin/test-things/chart/"


def drawn(page: str) -> Any:
    found = re.search(r'data-chart="([^"]*)"', page)
    assert found
    return json.loads(html.unescape(found.group(1)))


def figures(page: str) -> list[list[Any]]:
    return [[cell["v"] for cell in row["c"]] for row in drawn(page)["rows"]]


def test_a_count_by_a_related_column(clerk: Page) -> None:
    with statements() as seen:
        page = clerk.get(CHART).text
    assert figures(page) == [["kind 1", 4], ["kind 2", 4], ["kind 3", 4]]
    assert sum("GROUP BY" in sql for sql in seen) == 1
    assert not any("FROM test_things" in sql and "GROUP BY" not in sql for sql in seen)


def test_a_rate_and_a_query_of_ones_own(clerk: Page) -> None:
    rate = drawn(clerk.get(f"{CHART}open").text)
    assert [cell["v"] for cell in rate["rows"][0]["c"]] == ["big", 75]
    assert rate["cols"][1]["label"] == "Rate (per cent)"
    own = clerk.get(f"{CHART}2").text
    assert figures(own) == [["all", 12]]
    assert 'data-kind="PieChart"' in own


def test_search_applies_to_charts(clerk: Page) -> None:
    assert figures(clerk.get(f"{CHART}?_flt_0_kind=1").text) == [["kind 1", 4]]


@pytest.mark.parametrize("name", ["9", "-1", "nope", "9" * 30])
def test_a_chart_that_is_not_there_is_404(clerk: Page, name: str) -> None:
    assert clerk.get(f"{CHART}{name}").status_code == 404


def test_charts_are_drawn_by_our_own_files(fab_app: Flask, clerk: Page) -> None:
    page = clerk.get(CHART).text
    assert "google" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    for path in re.findall(r'<script src="(/static/(?:vendor|js)/[^"]+)"', page):
        with clerk.get(path) as answer:
            assert answer.status_code == 200


def test_no_template_of_ours_or_charts_of_fabs_loads_google() -> None:
    names = {path.name for path in (HERE / "templates/appbuilder/general/widgets").glob("*chart*.html")}
    assert names >= {"chart.html", "direct_chart.html", "multiple_chart.html"}
    for path in (HERE / "templates/appbuilder").rglob("*chart*.html"):
        assert "google" not in path.read_text()


def test_the_vendored_file_is_the_one_published() -> None:
    import hashlib

    file = HERE / "static/vendor/echarts-6.1.0/echarts.common.min.js"
    digest = "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest

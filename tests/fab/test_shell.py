"""The shell's own words for its templates: icons, looks, the menu, and addresses that change with the content."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.fab import shell


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An app with the shell, a folder of static files, and nothing else."""
    made = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    shell.install(made)
    return made


def at(app: Flask, path: str = "/", **options: Any) -> Any:
    return app.test_request_context(path, **options)


def address(app: Flask, name: str, **more: Any) -> str:
    with at(app):
        from flask import url_for

        return url_for("static", filename=name, **more)


def test_a_file_has_an_address_that_changes_with_its_content(bare: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("one")
    first = address(bare, "a.css")
    assert re.fullmatch(r"/static/a\.css\?v=[0-9a-f]{10}", first)
    (tmp_path / "a.css").write_text("two")
    assert address(bare, "a.css") == first  # looked at once a process
    bare.debug = True
    assert address(bare, "a.css") != first
    assert address(bare, "nothing.css") == "/static/nothing.css?v=0"
    assert address(bare, "a.css", v="7") == "/static/a.css?v=7"


def test_other_addresses_stay_as_they_are(bare: Flask) -> None:
    bare.add_url_rule("/page", "page", lambda: "")
    with at(bare):
        from flask import url_for

        assert url_for("page") == "/page"


def test_an_icon_is_silent_unless_it_has_a_label(bare: Flask) -> None:
    with at(bare):
        assert 'aria-hidden="true"' in shell.icon("user")
        assert "#user" in shell.icon("user")
        named = shell.icon("fa-key", 'Keys "and" more')
        assert "#key" in named
        assert 'role="img" aria-label="Keys &#34;and&#34; more"' in named
        assert "#point" in shell.icon(None)
        assert "#point" in shell.icon("fa-nothing")


def test_icons_that_the_shell_names_are_in_the_sprite() -> None:
    drawn = (Path(__file__).parents[2] / "app/static" / shell.ICONS).read_text()
    for name in {*shell._FONT_AWESOME.values(), "point"}:
        assert f'id="{name}"' in drawn, name


@pytest.mark.parametrize(
    ("cookie", "known"), [("", set()), ("dark", {"dark"}), ("elder.dark", {"dark", "elder"}), ("huge.<b>", set())]
)
def test_looks_are_read_from_the_cookie(bare: Flask, cookie: str, known: set[str]) -> None:
    with at(bare, headers={"Cookie": f"look={cookie}"}):
        assert shell.look() == known


def test_a_look_is_switched_beside_the_other(bare: Flask) -> None:
    with at(bare, headers={"Cookie": "look=elder"}):
        assert shell.switched("dark", is_on=True) == "dark.elder"
        assert shell.switched("elder", is_on=True) == "elder"
        assert shell.switched("elder", is_on=False) == ""


def test_the_drawer_is_asked_for_by_its_name(bare: Flask) -> None:
    with at(bare, headers={"HX-Target": "drawer-body"}):
        assert shell.is_drawer()
    with at(bare, headers={"HX-Target": "elsewhere"}):
        assert not shell.is_drawer()


@pytest.mark.parametrize(("locale", "lang"), [("zh_Hans", "zh-Hans"), ("en", "en"), (None, "zh-Hans")])
def test_the_language_is_that_of_the_request(monkeypatch: pytest.MonkeyPatch, locale: str | None, lang: str) -> None:
    monkeypatch.setattr(shell, "get_locale", lambda: locale)
    assert shell.html_lang() == lang


def test_the_site_says_what_is_configured(bare: Flask) -> None:
    with at(bare):
        assert shell.site() == shell.Site("gov-blue", "", (), "", "/")
    bare.config["HUIYIN"] = SimpleNamespace(theme="gov-red", band="Test", owner="A | |B", logo=Path("x.png"))
    with at(bare, base_url="http://h/below"):
        assert shell.site() == shell.Site("gov-red", "Test", ("A", "B"), "/below/logo", "/below/")
    bare.config["HUIYIN"].logo = None
    with at(bare):
        assert shell.site().logo == ""


MENU = [
    {
        "name": "Work",
        "label": "Work",
        "icon": "fa-briefcase",
        "url": "",
        "childs": [
            {"name": "Cases", "label": "Cases", "url": "/admin/cases/list/"},
            "-",
            {"name": "Closed", "label": "Closed", "url": "/admin/cases/list/?x=1"},
            {"name": "Chart", "label": "Chart", "url": "/admin/cases/chart/0"},
        ],
    },
    "-",
    {"name": "Book", "label": "Book", "icon": "", "url": "/admin/book/"},
    {"name": "Empty", "label": "Empty", "icon": "", "url": ""},
]


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/admin/cases/list/", ["Work", "Cases"]),
        ("/admin/cases/show/5", ["Work", "Cases"]),
        ("/admin/cases/chart/0", ["Work", "Chart"]),
        ("/admin/book/of/me", ["Book"]),
        ("/admin/cases-of-others/list/", []),
        ("/", []),
    ],
)
def test_the_menu_has_two_levels_and_shows_where_one_is(bare: Flask, path: str, here: list[str]) -> None:
    asked = []
    bare.appbuilder = SimpleNamespace(menu=SimpleNamespace(get_data=lambda: asked.append(1) or MENU))  # type: ignore[attr-defined]
    with at(bare, path):
        first, second = shell.nav()
        assert shell.nav() is shell.nav()
    assert asked == [1]
    assert [each.label for each in first.entries] == ["Cases", "Closed", "Chart"]
    assert (first.url, second.url) == ("", "/admin/book/")
    found = [each.name for group in (first, second) for each in (group, *group.entries) if each.is_here]
    assert found[:2] == here

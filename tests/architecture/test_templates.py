"""Templates: every one of FAB's is ours or out of reach, an upgrade of FAB says what changed, nothing stands inline."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import flask_appbuilder
import pytest

OWN = Path(__file__).parents[2] / "app" / "templates"
FABS = Path(flask_appbuilder.__file__).parent / "templates"
KNOWN = Path(__file__).with_name("fab_templates.json")
"""SHA-256 of FAB's templates as they were when ours were written."""
FORBIDDEN = frozenset(
    {
        "appbuilder/_formhelpers.html",  # used by nothing
        "appbuilder/index.html",  # our own home
        "appbuilder/swagger/swagger.html",  # FAB_API_SWAGGER_TEMPLATE names ours
        "appbuilder/general/security/activation.html",  # nobody registers: accounts are given
        "appbuilder/general/security/register_mail.html",
        "appbuilder/general/security/register_oauth.html",
        "appbuilder/general/security/login_saml.html",  # HUIYIN_AUTH knows db, ldap, oidc
        "appbuilder/general/charts/chart.html",  # old charts of Google's
        "appbuilder/general/charts/chart_time.html",
        "appbuilder/general/model/edit_cascade.html",  # looks of lists and pages that no view has
        "appbuilder/general/model/left_master_detail.html",
        "appbuilder/general/model/multiple_views.html",
        "appbuilder/general/model/search.html",
        "appbuilder/general/model/show_cascade.html",
        "appbuilder/general/widgets/group_form_list.html",
        "appbuilder/general/widgets/list_block.html",
        "appbuilder/general/widgets/list_carousel.html",
        "appbuilder/general/widgets/list_item.html",
        "appbuilder/general/widgets/list_link.html",
        "appbuilder/general/widgets/list_master.html",
        "appbuilder/general/widgets/list_thumbnail.html",
    }
)
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\shx-on|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
ASKED = re.compile(r"[\"'](appbuilder/[\w/]+\.html)[\"']")


def named(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.html")}


def uncommented(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


def faults(text: str) -> list[str]:
    """What stands inline in a template: styles, handlers, scripts without a file."""
    text = uncommented(text)
    scripts = [tag for tag in SCRIPT.findall(text) if "src=" not in tag and 'type="application/json"' not in tag]
    return [found.strip() for found in INLINE.findall(text)] + scripts


def test_every_template_of_fab_is_ours_or_forbidden():
    assert len(named(FABS)) == 56
    assert sorted(named(FABS).keys() - named(OWN).keys() - FORBIDDEN) == []
    assert named(FABS).keys() >= FORBIDDEN


def test_templates_of_fab_are_those_that_ours_were_written_for():
    now = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(named(FABS).items())}
    before = json.loads(KNOWN.read_text())
    changed = sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))
    assert changed == [], "look at what changed, carry it over into ours, then write the sums anew"


def test_what_is_forbidden_is_out_of_reach(app):
    reached = {name for path in named(OWN).values() for name in ASKED.findall(uncommented(path.read_text()))}
    for view in app.appbuilder.baseviews:
        for attribute in dir(type(view)):
            if attribute.endswith(("template", "widget")):
                value = getattr(view, attribute, None)
                reached |= {getattr(value, "template", value)} if value else set()
    assert {"appbuilder/general/model/list.html", "appbuilder/general/widgets/show.html"} <= reached
    assert sorted(reached & FORBIDDEN - named(OWN).keys()) == []
    assert app.config["FAB_API_SWAGGER_TEMPLATE"] in named(OWN)


@pytest.mark.parametrize("name", sorted(named(OWN)))
def test_nothing_stands_inline(name):
    assert faults(named(OWN)[name].read_text()) == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<style>",
        "<a onclick='x()'>",
        "<script>x()</script>",
        '<a href="javascript:x">',
        '<b hx-on="x">',
    ],
)
def test_what_stands_inline_is_seen(bad):
    assert faults(f"<p>{bad}</p>")
    assert not faults(f"{{# {bad} #}}")


def test_nothing_is_asked_of_another_host():
    for name, path in named(OWN).items():
        found = re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//[^\"']*", path.read_text())
        assert found == [], name

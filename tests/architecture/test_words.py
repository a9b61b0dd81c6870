"""Whatever people read has words in both languages: verbs, statuses, roles, choices, messages, reasons, permissions."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app import admin, resources
from app.domain.access import SHIPPED
from app.domain.lifecycle import CHOICES, RULES, VERBS, AssignmentStatus, ClockKind, Status
from app.domain.messages import AUDIENCE, Audience, MessageKind, check_template, segments
from app.domain.scoring import Satisfaction
from app.fab.permissions import permission_table
from app.models.case import CHANNELS
from app.models.matter import RESPONDENT_KINDS
from app.operations import seed_files, tracking
from app.portal import words as public
from app.resources import permits
from app.resources.words import KINDS, spoken, word
from config import LOCALES, ROOT, TRANSLATIONS

sys.path.insert(0, str(ROOT / "scripts"))
import strings

CODES = {
    "status": Status,
    "share": AssignmentStatus,
    "clock": ClockKind,
    "role": SHIPPED,
    "message": MessageKind,
    "audience": Audience,
    "channel": CHANNELS,
    "respondent_kind": RESPONDENT_KINDS,
    "satisfaction": Satisfaction,
    "verb": (*VERBS, "note"),
    "fact": {fact.name for verb in VERBS.values() for fact in verb.facts},
    **CHOICES,
}
FAB = Path(importlib.util.find_spec("flask_appbuilder").submodule_search_locations[0])
SPOKEN_BY = {"Reason": 1, "_require": 1, "ValueError": 0}
"""Calls whose argument at this place is a message for people."""


def catalogue(locale: str) -> dict[str, str]:
    """Message id -> text, of a locale."""
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if isinstance(each.id, str) and each.id}


CATALOGUES = {locale: catalogue(locale) for locale in LOCALES}


def said(text: object) -> None:
    """The text is there in every language."""
    missing = [locale for locale, known in CATALOGUES.items() if not known.get(str(text))]
    assert not missing, f"{text!r} is missing in {missing}"


@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_has_a_word_in_both_languages(kind):
    codes = {str(code) for code in CODES[kind]}
    assert codes <= {str(code) for code in KINDS[kind]}, codes - {str(code) for code in KINDS[kind]}
    for text in KINDS[kind].values():
        said(text)


def test_every_word_of_every_kind_is_in_both_languages():
    for words in KINDS.values():
        for text in words.values():
            said(text)


def test_a_code_is_spoken_and_anything_else_stays(app):
    with app.test_request_context():
        assert spoken("status:closed") == word("status", "closed") == CATALOGUES["zh_Hans"]["Closed"]
        assert (spoken("a: b"), spoken(3), word("status", None), word("status", "?")) == ("a: b", 3, "", "?")


def test_every_verb_has_a_timeline_text_and_the_public_ones_a_step():
    for verb in VERBS:
        said(KINDS["verb"][verb])
    assert set(tracking.SHOWN) == set(public.STEPS)
    assert set(public.STATUS) == set(Status)
    for text in (*public.STEPS.values(), *public.STATUS.values(), *public.QUESTIONS.values(), *public.STARS.values()):
        said(text)


def test_every_message_kind_has_one_template_that_keeps_the_rules():
    file = seed_files.read_json(seed_files.SEEDS, "templates.json")
    texts = {line["code"]: line["text"] for line in file["templates"]}
    assert texts.keys() == {str(kind) for kind in MessageKind} == {str(kind) for kind in AUDIENCE}
    for kind, text in texts.items():
        check_template(MessageKind(kind), text)
        assert segments(text, file["signature"]) == 1, kind


def test_every_permission_has_a_word_in_both_languages():
    verbs = {verb.name: verb.roles for verb in VERBS.values()}
    for _, permission, view in permission_table(resources.ALL, verbs, admin.permission_lines()):
        said(permits.ACT[permission])
        noun = view.removesuffix(" charts")
        said(permits.PAGE[noun])


def test_a_page_is_named_and_so_are_its_charts(app):
    with app.test_request_context():
        assert permits.page_word("Case") == "投诉件"
        assert permits.page_word("Case charts") == "投诉件统计图"
        assert permits.page_word("Moon charts") == "Moon charts"


def test_every_noun_and_every_column_has_a_label_in_both_languages():
    for resource in resources.ALL:
        said(resource.title)
        for text in (*resource.label_columns.values(), *getattr(resource, "description_columns", {}).values()):
            said(text)
        columns = {*resource.list_columns, *resource.show_columns, *resource.add_columns, *resource.edit_columns}
        assert columns <= set(resource.label_columns), columns - set(resource.label_columns)


def test_every_reason_and_every_field_error_is_in_both_languages():
    for _, sentence in RULES.values():
        said(sentence)
    for folder in ("domain", "operations"):
        for path in sorted((ROOT / "app" / folder).rglob("*.py")):
            for text in messages(ast.parse(path.read_text())):
                said(text)


def messages(tree: ast.AST) -> Iterator[str]:
    """Texts given to Reason, _require and ValueError, those in Invalid({...}), and `errors[...] = "..."`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = SPOKEN_BY.get(node.func.id)
            if place is not None and len(node.args) > place:
                yield from constants(node.args[place])
            elif node.func.id == "Invalid" and node.args and isinstance(node.args[0], ast.Dict):
                for value in node.args[0].values:
                    yield from constants(value)
        elif isinstance(node, ast.Assign) and "errors" in ast.unparse(node.targets[0]):
            yield from constants(node.value)


def constants(node: ast.AST) -> Iterator[str]:
    """The sentences an expression may give: itself, or the branches of an `if`."""
    if isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isupper():
        yield node.value


def test_fab_has_no_text_without_a_translation():
    keywords = {**strings.DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_formatter_gettext": None, "_": None}
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    used = {row[2] for row in strings.extract_from_dir(FAB, methods, keywords=keywords) if isinstance(row[2], str)}
    with (FAB / "translations/zh/LC_MESSAGES/messages.mo").open("rb") as file:
        theirs = {text for text, chinese in gettext.GNUTranslations(file)._catalog.items() if chinese}
    assert used - theirs - CATALOGUES["zh_Hans"].keys() == set()


def test_the_catalogues_are_as_the_code_says(capsys):
    assert strings.check() == 0, capsys.readouterr().out


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_the_check_sees_what_is_missing_stale_untranslated_or_wrong(locale, monkeypatch):
    template = strings.found()
    template.add("A text of %(number)s words.")
    broken = strings.read(locale)
    broken.add("Nobody says this.", "")
    monkeypatch.setattr(strings, "read", lambda _: broken)
    faults = strings.faults(locale, template)
    assert f"{locale}: missing: A text of %(number)s words." in faults
    assert f"{locale}: stale: Nobody says this." in faults
    assert f"{locale}: untranslated: Nobody says this." in faults

"""Catalogues of translations/: `update` brings them up to the code, `check` compares, `compile` builds.

Messages are found in gettext calls and templates, in texts marked with N_, in `Reason(code, message)`, and in all
layers from the rules to the pages, where every text that reads as a sentence is a reason or a field error.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.cli.strings import compile_catalogues  # noqa: E402
from config import LOCALES, TRANSLATIONS  # noqa: E402

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, "N_": None, "Reason": (2,)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
SPEAKING = ("domain", "operations", "resources", "fab", "exchange", "admin", "api", "portal")  # not to operators
SENTENCE = re.compile(r"[A-Z][^\n]* [^\n]*[.?]")
WRITTEN_IN = "en"  # the code's own language: its catalogue says each text as it stands, unless it is reworded there
HEADER = "# Huiyin: the {locale} catalogue. `make strings` adds and drops messages, people translate them."


def found() -> Catalog:
    """Every message of the code, with the places where it stands."""
    catalogue = Catalog(project="Huiyin", charset="utf-8", fuzzy=False)
    rows = extract_from_dir(ROOT / "app", METHODS, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True)
    for path, _, message, comments, context in rows:
        catalogue.add(message, locations=[(f"app/{path}", 0)], auto_comments=comments, context=context)
    for path, message in sentences():
        catalogue.add(message, locations=[(path, 0)])
    return catalogue


def sentences() -> Iterator[tuple[str, str]]:
    """(file, text) of every sentence in the layers that speak to people: reasons and field errors."""
    for path in sorted(each for folder in SPEAKING for each in (ROOT / "app" / folder).rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if _is_sentence(node) and node not in _docstrings(tree):
                yield str(path.relative_to(ROOT)), node.value  # type: ignore[attr-defined]


def _is_sentence(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return SENTENCE.fullmatch(text) is not None


def _docstrings(tree: ast.Module) -> list[ast.expr]:
    """Texts that stand alone as a statement: documentation of a module, class, function or constant."""
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]


def read(locale: str) -> Catalog:
    """The catalogue of a locale; an empty one where there is none yet."""
    path = _path(locale)
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update() -> int:
    """Add what is new, drop what is gone, keep every translation; nothing is guessed."""
    template = found()
    for locale in LOCALES:
        catalogue = read(locale)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        _head(catalogue, locale)
        if locale == WRITTEN_IN:
            _say_as_it_stands(catalogue)
        path = _path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, width=100, include_lineno=False, ignore_obsolete=True)
        gaps = len(untranslated(catalogue))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {gaps} untranslated")
    return 0


def _head(catalogue: Catalog, locale: str) -> None:
    catalogue.header_comment = HEADER.format(locale=locale)
    catalogue.project, catalogue.version = "Huiyin", "1"
    catalogue.msgid_bugs_address = catalogue.last_translator = ""
    catalogue.language_team = locale


def _say_as_it_stands(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id and not any(_strings(message.string)):
            message.string = message.id


def check() -> int:
    """Compare the catalogues with the code; prints what is missing, stale, untranslated or wrong."""
    template = found()
    complaints = [line for locale in LOCALES for line in faults(locale, template)]
    print("\n".join(complaints[:50]) if complaints else f"Catalogues: {len(template)} messages, all there.")
    if complaints:
        print(f"{len(complaints)} faults. `make strings` adds and drops messages; people translate them.")
    return 1 if complaints else 0


def faults(locale: str, template: Catalog) -> list[str]:
    """What is wrong with a locale's catalogue."""
    catalogue = read(locale)
    wanted, there = ids(template), ids(catalogue)
    lines = [f"{locale}: missing: {each}" for each in sorted(wanted - there)]
    lines += [f"{locale}: stale: {each}" for each in sorted(there - wanted)]
    lines += [f"{locale}: untranslated: {each}" for each in untranslated(catalogue)]
    for message, errors in catalogue.check():
        lines += [f"{locale}: {message.id!r}: {error}" for error in errors]
    return lines


def ids(catalogue: Catalog) -> set[str]:
    """The messages' ids (of a plural message, the singular)."""
    return {_id(message) for message in catalogue if message.id}


def untranslated(catalogue: Catalog) -> list[str]:
    """Ids without a translation, or with a guessed one."""
    return sorted(_id(each) for each in catalogue if each.id and (each.fuzzy or not all(_strings(each.string))))


def _strings(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _id(message: object) -> str:
    identity = message.id  # type: ignore[attr-defined]
    return str(identity if isinstance(identity, str) else identity[0])


def _path(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["update", "check", "compile"])
    act = parser.parse_args().act
    if act == "compile":
        print(f"{compile_catalogues(TRANSLATIONS)} catalogues compiled.")
        return 0
    return update() if act == "update" else check()


if __name__ == "__main__":
    sys.exit(main())

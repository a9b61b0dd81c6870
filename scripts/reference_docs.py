"""docs/configuration.md, glossary.md and data-dictionary.md from settings, words and nouns; a test compares them.

`python scripts/reference_docs.py` writes all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from sqlalchemy.dialects import postgresql

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import resources  # noqa: E402
from app.resources.about import about  # noqa: E402
from app.resources.words import KINDS  # noqa: E402
from config import TRANSLATIONS, described  # noqa: E402

DOCS = ROOT / "docs"
DIALECT = postgresql.dialect()
CONFIGURATION = """# Configuration

Written by `scripts/reference_docs.py` from the table in `config.py`: change that, not this page.

All settings are optional in development. They are read from the environment, over `.env` in the project's folder (see
`.env.example`); an empty value counts as not set. A setting that cannot be used stops the program with a sentence that
names it. Secrets are never printed. How to run in production: [operations.md](operations.md#production).
"""
GLOSSARY = """# Glossary

Written by `scripts/reference_docs.py` from the nouns, the words and the Chinese catalogue: change those, not this page.
Codes are what rows, REST and rules hold; English and 中文 are what people read.
"""
DICTIONARY = """# Data dictionary

Written by `scripts/reference_docs.py` from the models and resources: change those, not this page.
Every column of every noun that has doors: its type, its names where people meet it, and what it is for. A column
without a name is shown at no door. Who may read and change what is on the handbook's pages, `/admin/handbook/`.
"""
TITLES = {
    "status": "Statuses of a case",
    "share": "Statuses of a share (a unit's part in a case)",
    "verb": "Verbs",
    "clock": "Clocks",
    "role": "Roles",
    "channel": "Channels",
    "respondent_kind": "Kinds of respondent",
    "not_accept_reason": "Grounds for not accepting",
    "close_type": "Kinds of result",
    "satisfaction": "Satisfaction",
    "message": "Messages",
    "audience": "Audiences of messages",
    "message_status": "Statuses of a message",
    "fact": "Facts of verbs",
}


def configuration() -> str:
    """The page on settings."""
    rows = [(f"`{name}`", f"`{default}`" if default else "", meaning) for name, default, meaning in described()]
    return "\n".join([CONFIGURATION, *_table(("Setting", "Default", "Meaning"), rows), ""])


def glossary() -> str:
    """The page on words."""
    chinese = _chinese()
    lines = [GLOSSARY, "## Nouns", "", *_table(("Noun", "English", "中文", "REST"), _nouns(chinese)), ""]
    for kind, title in TITLES.items():
        rows = [(f"`{code}`", str(word), chinese[str(word)]) for code, word in KINDS[kind].items()]
        lines += [f"## {title}", "", *_table(("Code", "English", "中文"), rows), ""]
    return "\n".join(lines)


def dictionary() -> str:
    """The page on columns."""
    chinese, lines = _chinese(), [DICTIONARY]
    for noun in resources.ALL:
        lines += [
            f"## {noun.noun}",
            "",
            f"{noun.title} {chinese[str(noun.title)]}: `{noun.model.__tablename__}`. {about(noun)}",
            "",
        ]
        rows = [_column(column, noun.label_columns, chinese) for column in noun.model.__table__.columns]
        lines += [*_table(("Column", "Type", "Empty", "English", "中文", "Note"), rows), ""]
    return "\n".join(lines)


def _column(column: Any, labels: Mapping[str, Any], chinese: Mapping[str, str]) -> tuple[str, ...]:
    keys = [key.target_fullname.split(".")[0] for key in column.foreign_keys]
    name = column.name.removesuffix("_id").removesuffix("_code") if keys else column.name
    english = next((str(labels[each]) for each in (column.name, name, f"{name}.name") if each in labels), "")
    kind = f"`{keys[0]}`" if keys else str(column.type.compile(dialect=DIALECT)).lower()
    note = "; ".join(filter(None, ("sealed" if column.name.endswith("_sealed") else "", column.comment or "")))
    return (
        f"`{column.name}`",
        kind,
        "yes" if column.nullable else "",
        english,
        chinese[english] if english else "",
        note,
    )


def _nouns(chinese: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(f"`{r.noun}`", str(r.title), chinese[str(r.title)], f"`{r.plural}`") for r in resources.ALL]


def _chinese() -> dict[str, str]:
    with (TRANSLATIONS / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if isinstance(each.id, str)}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows)]


PAGES = {"configuration.md": configuration, "data-dictionary.md": dictionary, "glossary.md": glossary}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
        print(f"docs/{name} written.")

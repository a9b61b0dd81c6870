"""docs/configuration.md and docs/glossary.md from settings, words and catalogue; a test compares them.

`python scripts/reference_docs.py` writes both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import resources  # noqa: E402
from app.resources.words import KINDS  # noqa: E402
from config import TRANSLATIONS, described  # noqa: E402

DOCS = ROOT / "docs"
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


def _nouns(chinese: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(f"`{r.noun}`", str(r.title), chinese[str(r.title)], f"`{r.plural}`") for r in resources.ALL]


def _chinese() -> dict[str, str]:
    with (TRANSLATIONS / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if isinstance(each.id, str)}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows)]


PAGES = {"configuration.md": configuration, "glossary.md": glossary}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
        print(f"docs/{name} written.")

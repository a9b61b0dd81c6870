"""docs/lifecycle.md from the verb table: `python scripts/lifecycle_doc.py` writes it; a test compares the two."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.domain.access import Role  # noqa: E402
from app.domain.lifecycle import (  # noqa: E402
    CHOICES,
    RULES,
    STAMPS_BY_STATUS,
    VERBS,
    AssignmentStatus,
    Fact,
    Status,
    Verb,
    edges,
)

PAGE = ROOT / "docs" / "lifecycle.md"
HEAD = """# The life of a case

Written by `scripts/lifecycle_doc.py` from the table in `app/domain/lifecycle.py`: change the table, not this page.
The Chinese words for all codes are in [glossary.md](glossary.md), the limits behind the clocks in [data.md](data.md).
"""


def page() -> str:
    """The whole page."""
    parts = (HEAD, _diagram(), _statuses(), _verbs(), _facts(), _rules(), _choices())
    return "\n".join(parts)


def _diagram() -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in edges():
        arrows.setdefault((str(edge.source), str(edge.target)), []).append(str(edge.verb))
    start = {"filed": "[*]"}
    lines = [f"    {start.get(a, a)} --> {b}: {', '.join(verbs)}" for (a, b), verbs in arrows.items()]
    ends = [f"    {status} --> [*]" for status in (Status.NOT_ACCEPTED, Status.CLOSED)]
    return "\n".join(["## Diagram", "", "```mermaid", "stateDiagram-v2", *lines, *ends, "```", ""])


def _table(title: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join([f"## {title}", "", *("| " + " | ".join(line) + " |" for line in lines), ""])


def _statuses() -> str:
    rows = [
        [
            f"`{status}`",
            _codes(STAMPS_BY_STATUS.get(status, ())),
            _codes(v.name for v in VERBS.values() if status in v.moves),
        ]
        for status in Status
    ]
    table = _table("Statuses", ("Status", "Columns it implies (a CHECK)", "Verbs possible in it"), rows)
    return f"{table}\nA unit's share in a case has statuses of its own: {_codes(AssignmentStatus)}.\n"


def _verbs() -> str:
    rows = [
        [
            f"`{verb.name}`",
            _moves(verb),
            _roles(verb),
            _codes(fact.name + ("" if fact.is_required else "?") for fact in verb.facts),
            _codes(verb.rules),
            _clocks(verb),
            _codes(verb.messages),
        ]
        for verb in VERBS.values()
    ]
    head = ("Verb", "From → to", "Roles", "Facts (? optional)", "Rules", "Clocks", "Messages")
    return _table("Verbs", head, rows)


def _moves(verb: Verb) -> str:
    if not verb.moves:
        return "a new case"
    if verb.moves.keys() == set(verb.moves.values()) and len(verb.moves) > 3:
        return "stays, in any open status"
    return "<br>".join(f"{a} stays" if a is b else f"{a} → {b}" for a, b in verb.moves.items())


def _roles(verb: Verb) -> str:
    return _codes(role for role in Role if role in verb.roles)


def _clocks(verb: Verb) -> str:
    return "<br>".join([*(f"starts `{kind}`" for kind in verb.starts), *(f"stops `{kind}`" for kind in verb.stops)])


def _facts() -> str:
    rows = [
        [f"`{verb.name}`", f"`{fact.name}`", _kind(fact), _length(fact)]
        for verb in VERBS.values()
        for fact in verb.facts
    ]
    return _table("Facts", ("Verb", "Fact", "Kind", "Length"), rows)


def _kind(fact: Fact) -> str:
    kind = f"one of `{fact.choices}`" if fact.choices else fact.kind
    return kind if fact.is_required else f"{kind}, optional"


def _length(fact: Fact) -> str:
    return f"{fact.min_length} to {fact.max_length:,} characters" if fact.kind == "text" else ""


def _rules() -> str:
    rows = [[f"`{name}`", sentence] for name, (_, sentence) in RULES.items()]
    return _table("Rules, and what is said when they forbid", ("Rule", "Reason given"), rows)


def _choices() -> str:
    return _table(
        "Choices", ("Dictionary", "Values"), ([f"`{name}`", _codes(values)] for name, values in CHOICES.items())
    )


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"{PAGE.relative_to(ROOT)} written.")

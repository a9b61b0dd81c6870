"""The seed files beside the nouns, read into plain rows; nothing is written here."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.deadlines import LimitUnit, parse_limit
from app.domain.forms import fields_of
from app.domain.messages import AUDIENCE, MessageKind, check_template

SEEDS = Path(__file__).resolve().parent.parent / "models" / "seeds"
Row = dict[str, Any]
_LEVELS = ("province", "city", "county")
_MATTER = ("code", "name", "name_en", "statutory_text", "legal_basis", "case_type", "extension_days", "fields")
_APART = frozenset({"code", "name", "valid_from", "basis", "note"})
"""What a policy row keeps in columns of its own; the rest is its content."""


def fingerprint(folder: Path, *names: str) -> str:
    """SHA-256 (hex) over files, in this order."""
    total = hashlib.sha256()
    for name in names:
        total.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return total.hexdigest()


def read_json(folder: Path, name: str) -> Any:
    """A JSON seed file."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _read_csv(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def regions(folder: Path) -> list[Row]:
    """Regions, then zones; a zone that is a region already (410173) only is marked as one."""
    found: dict[str, Row] = {}
    for line in _read_csv(folder, "regions.csv"):
        found[line["code"]] = {**line, "parent_code": line["parent_code"] or None, "is_zone": False}
    for line in _read_csv(folder, "zones.csv"):
        new = {
            "code": line["stat_code"],
            "name": line["name"],
            "level": "zone",
            "parent_code": line["city_code"],
        }
        found[line["stat_code"]] = {**found.get(line["stat_code"], new), "is_zone": True}
    return list(found.values())


def department_types(folder: Path) -> list[Row]:
    """Types of departments."""
    return [_only(line, "code", "name") for line in read_json(folder, "catalogue.json")["department_types"]]


def departments(folder: Path, type_ids: Mapping[str, int]) -> list[Row]:
    """Departments, with the row ids of their types."""
    return [
        {**_only(line, "code", "name", "short_name", "region_code"), "type_id": type_ids[line["type_code"]]}
        for line in _read_csv(folder, "departments.csv")
    ]


def categories(folder: Path) -> list[Row]:
    """Categories, in the order of the file."""
    return [
        {**_only(line, "code", "name", "name_en", "legal_basis", "respondent_kind"), "position": place}
        for place, line in enumerate(read_json(folder, "catalogue.json")["categories"], 1)
    ]


def matters(folder: Path, category_ids: Mapping[str, int]) -> list[Row]:
    """Matters with fields and limits. Raises Invalid for fields that cannot be asked."""
    lines = read_json(folder, "catalogue.json")["matters"]
    return [_matter(line, place, category_ids) for place, line in enumerate(lines, 1)]


def _matter(line: Row, place: int, category_ids: Mapping[str, int]) -> Row:
    fields_of(line["fields"])
    limit, target = parse_limit(line["handle_limit"]), parse_limit(line["handle_target"])
    return {
        **_only(line, *_MATTER),
        "category_id": category_ids[line["category"]],
        "handle_value": limit.value,
        "handle_unit": str(limit.unit),
        "target_days": target.value if target.unit == LimitUnit.WORKING_DAY else None,
        "position": place,
    }


def rules(folder: Path, matter_ids: Mapping[str, int]) -> list[Row]:
    """Who accepts each matter at each level: codes of the lead type and of the co-handling types."""
    return [
        {"matter_id": matter_ids[line["code"]], "region_level": level, "lead": line["lead"], "co": line["co"]}
        for line in read_json(folder, "catalogue.json")["matters"]
        for level in _LEVELS
    ]


def calendar_days(folder: Path) -> list[Row]:
    """Days that differ from a plain week, or name a holiday."""
    return [
        {"day": date.fromisoformat(line["date"]), "kind": line["kind"], "holiday": line["holiday"] or None}
        for line in _read_csv(folder, "calendar.csv")
    ]


def policies(folder: Path) -> list[Row]:
    """Versions of the policy book; the clauses, the assumed figures and the note make its basis."""
    return [
        {
            **_only(line, "code", "name"),
            "valid_from": date.fromisoformat(line["valid_from"]),
            "basis": "\n".join([*line["basis"].values(), line["note"]]),
            "content": {name: value for name, value in line.items() if name not in _APART},
        }
        for line in read_json(folder, "policies.json")["policies"]
    ]


def templates(folder: Path) -> list[Row]:
    """Message templates, each with the audience of its kind. Raises Invalid for a text that cannot be sent."""
    book = read_json(folder, "templates.json")
    for line in book["templates"]:
        check_template(MessageKind(line["code"]), line["text"])
    return [
        {
            "kind": line["code"],
            "audience": str(AUDIENCE[MessageKind(line["code"])]),
            "text": line["text"],
            "signature": book["signature"],
        }
        for line in book["templates"]
    ]


def _only(line: Mapping[str, Any], *names: str) -> Row:
    return {name: line[name] for name in names}

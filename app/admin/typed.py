"""What a clerk typed on the desk's page, read into a Filing. Inputs are named as the operation names its fields."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from app.domain.forms import Field
from app.domain.privacy import normalise_uscc
from app.domain.redaction import is_id_no
from app.operations.filing import ComplainantFacts, Filing, RespondentFacts

SOURCE = "desk"
CHANNELS = ("window", "hotline", "letter", "superior", "transfer", "inspector", "other")
Typed = Mapping[str, str]


def filing_of(typed: Typed, fields: tuple[Field, ...]) -> tuple[Filing, dict[str, str]]:
    """The filing, and what is wrong with it before any rule is asked (field -> message)."""
    errors: dict[str, str] = {}
    if typed.get("channel", "") not in CHANNELS:
        errors["channel"] = "Please choose one of the list."
    complainant = _complainant(typed)
    if complainant.id_no and not is_id_no(complainant.id_no):
        errors["complainant.id_no"] = "The ID number is not valid: its day or its check digit."
    filing = Filing(
        channel=typed.get("channel", ""),
        region_code=typed.get("region_code", ""),
        title=typed.get("title", ""),
        body=typed.get("body", ""),
        matter_code=_text(typed, "matter_code"),
        respondent=RespondentFacts(name=_text(typed, "respondent.name")),
        complainant=complainant,
        form={field.key: typed.get(f"form.{field.key}", "") for field in fields},
        source_system=SOURCE,
        external_no=token_of(typed),
        is_confidential=bool(typed.get("is_confidential")),
        occurred_on=_day(typed, "occurred_on", errors),
        received_on=_day(typed, "received_on", errors),
    )
    return filing, errors


def token_of(typed: Typed) -> str:
    """The page's own token, by which a second sending is known; a new one where there is none, or not ours."""
    try:
        return str(uuid.UUID(typed.get("token", "")))
    except ValueError:
        return str(uuid.uuid4())


def told(errors: Mapping[str, str]) -> dict[str, str]:
    """Messages (English msgids) in the clerk's language."""
    return {name: gettext(message) for name, message in errors.items()}


def _complainant(typed: Typed) -> ComplainantFacts:
    """Who complains; a code may come from a scanner, with spaces and in small letters."""
    is_anonymous = bool(typed.get("complainant.anonymous"))
    names: dict[str, Any] = {name: _text(typed, f"complainant.{name}") for name in ("name", "id_no", "org_name")}
    uscc = _text(typed, "complainant.uscc")
    return ComplainantFacts(
        kind=typed.get("complainant.kind", ""),
        phone=_text(typed, "complainant.phone"),
        is_anonymous=is_anonymous,
        uscc=None if is_anonymous or uscc is None else normalise_uscc(uscc),
        **dict.fromkeys(names) if is_anonymous else names,
    )


def _day(typed: Typed, name: str, errors: dict[str, str]) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        errors[name] = "Give a date such as 2026-11-24."
        return None


def _text(typed: Typed, name: str) -> str | None:
    return typed.get(name, "").strip() or None

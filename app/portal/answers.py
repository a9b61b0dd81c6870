"""A complaint form's answers read into a Filing. Every input is named as the operation names the field at fault."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import Invalid
from app.domain.forms import Field, check_form
from app.domain.privacy import normalise_uscc
from app.extensions import keyring
from app.operations.filing import ComplainantFacts, Filing, RespondentFacts

SOURCE = "portal"
_PHONES = re.compile(r"Mobi|Android|iPhone|HarmonyOS|MicroMessenger", re.IGNORECASE)
_DAY = (Field("occurred_on", "occurred_on", "date"),)
Typed = Mapping[str, str]


def filing_of(
    typed: Typed,
    fields: tuple[Field, ...],
    matter_code: str | None,
    region_code: str,
    user_agent: str,
    attachments: tuple[str, ...] = (),
) -> tuple[Filing, dict[str, Any]]:
    """The filing that was typed, and what is wrong with it before any rule is asked (field -> message)."""
    errors: dict[str, Any]
    occurred_on, errors = _occurred_on(typed.get("occurred_on", ""))
    if not typed.get("promise"):
        errors["promise"] = _l("Please confirm that what you write is true.")
    if typed.get("complainant.anonymous") not in ("yes", "no"):
        errors["complainant.anonymous"] = _l("Please choose with or without your name.")
    token = token_of(typed)
    filing = Filing(
        channel="mobile" if _PHONES.search(user_agent) else "online",
        region_code=region_code,
        title=typed.get("title", ""),
        body=typed.get("body", ""),
        matter_code=matter_code,
        occurred_on=occurred_on,
        respondent=RespondentFacts(name=_text(typed, "respondent.name")),
        complainant=_complainant(typed),
        form={field.key: typed.get(f"form.{field.key}", "") for field in fields},
        source_system=SOURCE,
        external_no=keyring.index(f"form:{token}"),
        code_secret=token,
        is_confidential=bool(typed.get("is_confidential")),
        attachments=attachments,
    )
    return filing, errors


def token_of(typed: Typed) -> str:
    """The form's own token, by which a second sending is known; a new one where there is none, or not ours.

    Who has it reads the query code for half an hour: of it only a keyed hash is kept with the case.
    """
    try:
        return str(uuid.UUID(typed.get("token", "")))
    except ValueError:
        return str(uuid.uuid4())


def _complainant(typed: Typed) -> ComplainantFacts:
    """Who complains; of somebody anonymous no name is taken, a phone only to tell of the progress."""
    is_anonymous = typed.get("complainant.anonymous") == "yes"
    return ComplainantFacts(
        kind=typed.get("complainant.kind", ""),
        name=None if is_anonymous else _text(typed, "complainant.name"),
        phone=_text(typed, "complainant.phone"),
        is_anonymous=is_anonymous,
        org_name=None if is_anonymous else _text(typed, "complainant.org_name"),
        uscc=None if is_anonymous else normalise_uscc(typed.get("complainant.uscc", "")) or None,
    )


def _occurred_on(text: str) -> tuple[date | None, dict[str, Any]]:
    try:
        day = check_form(_DAY, {"occurred_on": text}).get("occurred_on")
    except Invalid as error:
        return None, {"occurred_on": error.fields["form.occurred_on"]}
    return (date.fromisoformat(str(day)) if day else None), {}


def _text(typed: Typed, name: str) -> str | None:
    return typed.get(name, "").strip() or None

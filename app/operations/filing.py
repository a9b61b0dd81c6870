"""The facts of a filing, checked before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from app.domain.deadlines import china_day
from app.domain.errors import Invalid
from app.domain.forms import check_form, fields_of
from app.domain.privacy import is_phone, is_uscc, normalise_phone
from app.models.case import CHANNELS
from app.models.matter import RESPONDENT_KINDS
from app.operations.books import Books

MOST_ANSWERS = 50
COMPLAINANT_KINDS = ("person", "company")
_LENGTHS = {"title": 100, "body": 5000, "external_no": 64, "source_system": 32, "matter_code": 32}


@dataclass(frozen=True)
class ComplainantFacts:
    """Who complains; an anonymous one may leave name and phone out."""

    kind: str = "person"
    name: str | None = None
    phone: str | None = None
    is_anonymous: bool = False
    id_no: str | None = None
    org_name: str | None = None
    uscc: str | None = None


@dataclass(frozen=True)
class RespondentFacts:
    """Who is complained about: a department of ours by code, or a name."""

    kind: str | None = None
    department_code: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Filing:
    """Everything a complaint comes with. `is_lenient`: an import, where respondent, phone and form may be missing."""

    channel: str
    region_code: str
    title: str
    body: str
    matter_code: str | None = None
    occurred_on: date | None = None
    respondent: RespondentFacts = field(default_factory=RespondentFacts)
    complainant: ComplainantFacts = field(default_factory=ComplainantFacts)
    form: Mapping[str, Any] = field(default_factory=dict)
    source_system: str | None = None
    external_no: str | None = None
    is_confidential: bool = False
    filed_at: datetime | None = None
    is_lenient: bool = False
    attachments: tuple[str, ...] = ()
    received_on: date | None = None
    code_secret: str | None = field(default=None, repr=False)

    def canonical(self, files: tuple[str, ...] = ()) -> str:
        """Content as one ASCII text (any answer can be in it), equal for equal filings; of files their hashes."""
        content = {name: value for name, value in asdict(self).items() if name != "received_on" or value}
        content.pop("attachments")
        content.pop("code_secret")
        return json.dumps({**content, **({"files": files} if files else {})}, sort_keys=True, default=str)


def check_filing(filing: Filing, books: Books, now: datetime) -> dict[str, Any]:
    """Check every field; the answer is the cleaned form. Raises Invalid with all that is wrong, field by field."""
    errors: dict[str, str] = {}
    _check_texts(filing, errors)
    _check_places(filing, books, errors)
    _check_complainant(filing, errors)
    _check_times(filing, now, errors)
    form: dict[str, Any] = {}
    try:
        form = _checked_form(filing, books)
    except Invalid as error:
        errors |= error.fields
    if errors:
        raise Invalid(errors)
    return form


def is_incomplete(filing: Filing, form: Mapping[str, Any]) -> bool:
    """Whether an imported case lacks what a filing through a door must have."""
    has_respondent = bool(filing.respondent.department_code or filing.respondent.name)
    has_phone = bool(filing.complainant.phone) or filing.complainant.is_anonymous
    return filing.is_lenient and not (has_respondent and has_phone and (form or not filing.matter_code))


def is_storable(text: str) -> bool:
    """Whether both databases can keep a text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _check_texts(filing: Filing, errors: dict[str, str]) -> None:
    for name in ("title", "body"):
        if not getattr(filing, name).strip():
            errors[name] = "Please fill this in."
    texts = {name: getattr(filing, name) or "" for name in _LENGTHS}
    texts |= {f"respondent.{k}": v or "" for k, v in asdict(filing.respondent).items()}
    texts |= {f"complainant.{k}": v for k, v in asdict(filing.complainant).items() if isinstance(v, str)}
    for name, text in texts.items():
        if not is_storable(text):
            errors[name] = "The text has characters that cannot be stored."
        elif len(text) > _limit(filing, name):
            errors[name] = "The text is too long."
    if bool(filing.source_system) != bool(filing.external_no):
        errors["external_no"] = "Give source_system and external_no together."


def _limit(filing: Filing, name: str) -> int:
    limit = _LENGTHS.get(name, 100)
    return {"title": 200, "body": 100_000}.get(name, limit) if filing.is_lenient else limit


def _check_places(filing: Filing, books: Books, errors: dict[str, str]) -> None:
    if filing.channel not in CHANNELS:
        errors["channel"] = "Please choose one of the list."
    if filing.region_code not in books.directory.regions:
        errors["region_code"] = "There is no such region."
    respondent = filing.respondent
    if respondent.kind is not None and respondent.kind not in RESPONDENT_KINDS:
        errors["respondent.kind"] = "Please choose one of the list."
    if respondent.department_code and respondent.department_code not in books.department_ids:
        errors["respondent.department_code"] = "There is no such department."
    if not filing.is_lenient and not (respondent.department_code or respondent.name):
        errors["respondent.name"] = "Say who is complained about."


def _check_complainant(filing: Filing, errors: dict[str, str]) -> None:
    who = filing.complainant
    if who.kind not in COMPLAINANT_KINDS:
        errors["complainant.kind"] = "Please choose one of the list."
    if who.phone and not is_phone(normalise_phone(who.phone)):
        errors["complainant.phone"] = "Please give a mobile number, or a landline with its area code."
    if who.uscc and not is_uscc(who.uscc.strip().upper()):
        errors["complainant.uscc"] = "The code is not valid: 18 characters with a check digit."
    if who.is_anonymous or filing.is_lenient:
        return
    for name in ("name", "phone"):
        if not getattr(who, name):
            errors[f"complainant.{name}"] = "Please fill this in, or file anonymously."


def _check_times(filing: Filing, now: datetime, errors: dict[str, str]) -> None:
    if filing.occurred_on and filing.occurred_on > china_day(now):
        errors["occurred_on"] = "The day lies in the future."
    if filing.received_on and filing.received_on > china_day(now):
        errors["received_on"] = "The day lies in the future."
    if filing.filed_at:
        try:
            is_future = china_day(filing.filed_at) > china_day(now)
        except Invalid as error:
            errors["filed_at"] = error.fields["start"]
        else:
            if is_future:
                errors["filed_at"] = "The day lies in the future."


def _checked_form(filing: Filing, books: Books) -> dict[str, Any]:
    matter = books.matters.get(filing.matter_code or "")
    if matter is None or not matter.is_active:
        return _kept(filing.form)
    if filing.is_lenient and not filing.form:
        return {}
    return check_form(fields_of(matter.fields), filing.form)


def _kept(form: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that no matter asks for yet: kept as they came, for whoever classifies the case."""
    if len(form) > MOST_ANSWERS:
        raise Invalid({"form": "There are too many answers."})
    kept = {}
    for name, value in form.items():
        text = "" if value is None else str(value)
        if not is_storable(name + text) or len(name) > 64 or len(text) > 5000:
            raise Invalid({f"form.{name[:64]}" if is_storable(name) else "form": "The answer cannot be stored."})
        kept[name] = text
    return kept

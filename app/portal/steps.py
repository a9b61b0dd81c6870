"""A complaint in five steps: about whom and what, what happened, evidence, about you, check and submit.

Each step is a page of its own, kept in the draft, and works without scripts. From the check page "change" leads to
a step and straight back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.domain.access import complainant
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.privacy import is_mobile, normalise_phone
from app.extensions import clock
from app.operations import catalogue, otps
from app.operations.books import books
from app.operations.catalogue import MatterForm
from app.operations.filing import Filing, check_filing
from app.operations.intake import file_case
from app.portal import drafting, evidence
from app.portal.answers import filing_of
from app.portal.drafting import Sheet
from app.portal.mine import LATER, WRONG, asked_for, typed_code, wrong_keys
from app.portal.receipt import keep
from app.portal.tries import right, taken
from app.portal.visitor import page, told

UNKNOWN = "unknown"
"""In place of a matter's code: the visitor does not know, the centre will find out."""
STEPS = {
    "about": ("respondent.name",),
    "events": ("title", "body", "occurred_on"),
    "evidence": ("attachments",),
    "contact": (
        *("complainant.kind", "complainant.anonymous", "complainant.name", "complainant.phone"),
        *("complainant.org_name", "complainant.uscc", "is_confidential"),
    ),
    "check": ("promise",),
}
"""Each step's fields; the matter's own (`form.…`) are asked with what happened."""
ORDER = tuple(STEPS)
LABELS = {
    "title": _l("Title"),
    "body": _l("What happened?"),
    "occurred_on": _l("When did it happen?"),
    "respondent.name": _l("Who do you complain about?"),
    "attachments": _l("Pictures and documents"),
    "complainant.kind": _l("You complain as"),
    "complainant.anonymous": _l("With or without your name"),
    "complainant.name": _l("Your name"),
    "complainant.phone": _l("Mobile number"),
    "complainant.org_name": _l("Name of your company or organisation"),
    "complainant.uscc": _l("Unified social credit code"),
}
ENTER = _l("A code is on its way to your phone. Please enter it, then submit.")
SENT = _l("You have sent this form before. If you send it again, it becomes a complaint of its own.")


@page("/complain", "GET", "POST")
def complain() -> ResponseReturnValue:
    """Step 1: about whom, what and where. It begins the draft, or changes the one that this browser has."""
    sheet = drafting.opened()
    sheet = sheet if sheet and not sheet.is_filed else Sheet()
    if request.method == "GET":
        chosen = {"matter": request.args.get("matter") or sheet.matter, "region": sheet.region}
        return _choose({**sheet.typed, **chosen}, {})
    sheet.matter, sheet.region = request.form.get("matter", ""), request.form.get("region", "")
    sheet.take(STEPS["about"])
    errors = _not_chosen(sheet)
    if errors and not sheet.typed["respondent.name"].strip():
        errors["respondent.name"] = _l("Say who is complained about.")
    errors = errors or _wrong(sheet, "about")
    if errors:
        return _choose(request.form, errors)
    return _on(sheet, "about") or _choose(request.form, {"respondent.name": _l("The text is too long.")})


@page("/complain/step/<step>", "GET", "POST")
def step(step: str) -> ResponseReturnValue:
    """Steps 2 to 5. Without a draft, or after a day, the first step is where it begins."""
    sheet = drafting.opened()
    if step not in ORDER[1:]:
        raise NotFound
    if sheet is None or _not_chosen(sheet):
        return redirect(url_for("portal.complain"), 303)
    if sheet.is_filed and (request.method == "GET" or step != "check"):
        return redirect(url_for("portal.done"), 303)
    if request.method == "GET":
        return _shown(sheet, step, _all_wrong(sheet) if step == "check" else {})
    if step == "check":
        return _submitted(sheet)
    sheet.take(_fields(sheet, step))
    errors = _took_files(sheet) if step == "evidence" else _wrong(sheet, step)
    if errors:
        return _shown(sheet, step, errors)
    return _on(sheet, step) or _shown(sheet, step, {_fields(sheet, step)[0]: _l("The text is too long.")})


@page("/complain/draft/<token>")
def resume(token: str) -> ResponseReturnValue:
    """Go on with a draft, also in another browser, by the link that each step shows.

    Another browser goes on with a copy: whoever has passed a link on does not read what is typed behind it.
    """
    sheet = drafting.opened(token)
    if sheet is None:
        return render_template("portal/no_draft.html"), 404
    answer = make_response(redirect(url_for("portal.step", step="events"), 303))
    return drafting.remember(answer, drafting.own(sheet, token))


@page("/complain/discard", "POST")
def discard() -> ResponseReturnValue:
    """Throw the draft away."""
    drafting.drop()
    return drafting.remember(make_response(redirect(url_for("portal.home"), 303)), "")


def _on(sheet: Sheet, step: str) -> Response | None:
    """Keep the sheet and go to the next page; None where it is too long to be kept."""
    try:
        token = drafting.saved(sheet)
    except Invalid:
        return None
    following = "check" if request.args.get("back") == "check" else ORDER[ORDER.index(step) + 1]
    return drafting.remember(make_response(redirect(url_for("portal.step", step=following), 303)), token)


def _submitted(sheet: Sheet) -> ResponseReturnValue:
    """File it, once: the same sheet sent again is the same complaint, and its code is shown again."""
    sheet.take(STEPS["check"])
    filing, errors = _filing(sheet)
    errors = _found(filing) | errors
    if "send_code" in request.form or not errors:
        errors |= _proved(sheet)
    if errors:
        return _shown(sheet, "check", errors)
    try:
        filed = file_case(filing, complainant(0), clock.now())
        keep(filed, clock.real())
        sheet.is_filed = True
        drafting.saved(sheet)
    except Invalid as error:
        return _shown(sheet, "check", error.fields)
    except Refused:
        sheet.token, sheet.is_filed = str(uuid.uuid4()), False
        drafting.saved(sheet)
        return _shown(sheet, "check", {"": SENT})
    return redirect(url_for("portal.done", n=filed.receipt_no), 303)


def _needs_code(sheet: Sheet) -> str:
    """The mobile number that is still to be proved by a code (HUIYIN_PHONE_CHECK=on); else nothing."""
    phone = normalise_phone(sheet.typed.get("complainant.phone", ""))
    is_open = current_app.config["HUIYIN"].phone_check and is_mobile(phone) and sheet.proved != phone
    return phone if is_open else ""


def _proved(sheet: Sheet) -> dict[str, Any]:
    """Send a code, or take it; what is wrong with it."""
    phone = _needs_code(sheet)
    if not phone:
        return {}
    if "send_code" in request.form:
        return {"code": LATER if asked_for(phone, "filing") else ENTER}
    keys = wrong_keys()
    if refused := taken(keys):
        return {"code": refused[0]}
    if not otps.is_right(phone, "filing", typed_code(), clock.real()):
        return {"code": WRONG}
    right(keys)
    sheet.proved = phone
    drafting.saved(sheet)
    return {}


def _filing(sheet: Sheet) -> tuple[Filing, dict[str, Any]]:
    form = _form_of(sheet.matter)
    fields, code = (form.fields, form.matter.code) if form else ((), None)
    agent = request.user_agent.string
    return filing_of({**sheet.typed, "token": sheet.token}, fields, code, sheet.region, agent, tuple(sheet.files))


def _all_wrong(sheet: Sheet) -> dict[str, Any]:
    """What is still missing or wrong in earlier steps."""
    filing, errors = _filing(sheet)
    errors.pop("promise", None)
    return _found(filing) | errors


def _wrong(sheet: Sheet, step: str) -> dict[str, Any]:
    names = _fields(sheet, step)
    return {name: message for name, message in _all_wrong(sheet).items() if name in names}


def _found(filing: Filing) -> dict[str, Any]:
    """What the operation would find wrong."""
    try:
        check_filing(filing, books(), clock.now())
    except Invalid as error:
        return dict(error.fields)
    return {}


def _took_files(sheet: Sheet) -> dict[str, Any]:
    files = evidence.taken()
    sheet.files = list(files.tokens)
    return dict(files.errors)


def _fields(sheet: Sheet, step: str) -> tuple[str, ...]:
    form = _form_of(sheet.matter) if step == "events" else None
    return (*STEPS[step], *(f"form.{field.key}" for field in (form.fields if form else ())))


def _form_of(matter: str) -> MatterForm | None:
    return None if matter == UNKNOWN else catalogue.form_of(matter)


def _not_chosen(sheet: Sheet) -> dict[str, Any]:
    errors, known = {}, books().matters.get(sheet.matter)
    if sheet.matter != UNKNOWN and not (known and known.is_active):
        errors["matter"] = _l("Please choose what your complaint is about.")
    if sheet.region not in books().directory.regions:
        errors["region"] = _l("Please choose where it happened.")
    return errors


def _choose(typed: Mapping[str, str], errors: Mapping[str, Any]) -> ResponseReturnValue:
    lists = {"categories": catalogue.categories(), "regions": catalogue.regions(), "labels": LABELS}
    shown = render_template("portal/choose.html", typed=typed, errors=told(errors), **lists)
    return shown, 422 if errors else 200


def _shown(sheet: Sheet, step: str, errors: Mapping[str, Any]) -> ResponseReturnValue:
    form = _form_of(sheet.matter)
    own = {f"form.{field.key}": field.label for field in (form.fields if form else ())}
    homes = {name: each for each in ORDER for name in _fields(sheet, each)}
    files = evidence.Taken(tuple(sheet.files))
    shown = render_template(
        f"portal/step_{step}.html",
        form=form,
        labels={**LABELS, **own},
        own_labels=own,
        homes=homes,
        sheet=sheet,
        place=catalogue.region_name(sheet.region),
        promise=catalogue.promise(clock.now()),
        typed=sheet.typed,
        errors=told(errors),
        kept=files.kept(),
        limits=evidence.limits(),
        back=request.args.get("back", ""),
        number=ORDER.index(step) + 1,
        needs_code=_needs_code(sheet),
        checks_phone=current_app.config["HUIYIN"].phone_check,
        draft_token=request.cookies.get(drafting.COOKIE, ""),
    )
    return shown, 422 if errors and request.method == "POST" else 200

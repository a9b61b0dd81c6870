"""File a complaint on one page, for those who want to see everything at once: the five steps without a draft."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import complainant
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import clock
from app.operations import catalogue
from app.operations.books import books
from app.operations.catalogue import MatterForm
from app.operations.filing import Filing, check_filing
from app.operations.intake import file_case
from app.portal import evidence
from app.portal.answers import filing_of
from app.portal.receipt import keep
from app.portal.steps import LABELS, SENT, UNKNOWN
from app.portal.visitor import page, told


@page("/complain/<matter>", "GET", "POST")
def fill_in(matter: str) -> ResponseReturnValue:
    """The form, with the matter's own fields; everything typed is kept when something is wrong."""
    form, region = _form_of(matter), request.args.get("region", "")
    if region not in books().directory.regions or current_app.config["HUIYIN"].phone_check:
        return redirect(url_for("portal.complain", matter=matter), 303)
    if request.method == "GET":
        return _shown(form, region, {}, {})
    files = evidence.taken()
    fields, code = (form.fields, form.matter.code) if form else ((), None)
    filing, errors = filing_of(request.form, fields, code, region, request.user_agent.string, files.tokens)
    errors |= files.errors
    typed = {**request.form, "token": filing.code_secret or ""}
    if errors:
        return _shown(form, region, typed, _found(filing) | errors, files)
    try:
        filed = file_case(filing, complainant(0), clock.now())
        keep(filed, clock.real())
    except Invalid as error:
        return _shown(form, region, typed, error.fields, files)
    except Refused:
        return _shown(form, region, {**typed, "token": ""}, {"": SENT}, files)
    return redirect(url_for("portal.done", n=filed.receipt_no), 303)


def _form_of(matter: str) -> MatterForm | None:
    return None if matter == UNKNOWN else catalogue.form_of(matter)


def _found(filing: Filing) -> dict[str, str]:
    """What the operation would find wrong, for an answer that names everything at once."""
    try:
        check_filing(filing, books(), clock.now())
    except Invalid as error:
        return error.fields
    return {}


def _shown(
    form: MatterForm | None,
    region: str,
    typed: Mapping[str, str],
    errors: Mapping[str, Any],
    files: evidence.Taken = evidence.NOTHING,
) -> ResponseReturnValue:
    try:
        place = catalogue.region_name(region)
    except NotFound:
        place = region
    shown = render_template(
        "portal/fill_in.html",
        form=form,
        labels={**LABELS, **{f"form.{field.key}": field.label for field in (form.fields if form else ())}},
        region=region,
        place=place,
        departments=catalogue.department_names(region),
        promise=catalogue.promise(clock.now()),
        typed={**typed, "token": typed.get("token") or str(uuid.uuid4())},
        errors=told(errors),
        kept=files.kept(),
        limits=evidence.limits(),
    )
    return shown, 422 if errors else 200

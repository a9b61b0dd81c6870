"""Verbs on many cases at once: FAB actions made from the table, the facts asked once, an answer for each case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.admin.verbforms import fields, given
from app.admin.who import me
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.lifecycle import VERBS, Verb
from app.extensions import clock
from app.fab.problems import reason_text
from app.operations import casework, worklists
from app.operations.facts import checked
from app.resources.words import VERB, word

MOST = 200
Numbers = dict[int, str]


def bulk_actions() -> type:
    """A mixin with one action for each verb that may be done on many cases, each with the verb's own permission."""
    verbs = {f"do_{verb.name}": verb for verb in VERBS.values() if verb.is_bulk}
    actions: dict[str, Any] = {name: _action(verb) for name, verb in verbs.items()}
    permissions = {name: str(verb.name) for name, verb in verbs.items()}
    return type("BulkVerbs", (), {**actions, "action_permissions": permissions})


def _action(verb: Verb) -> Callable[..., Any]:
    sure = None if _must_ask(verb) else _l("Do this for all ticked cases?")

    def act(self: Any, rows: Sequence[Any]) -> ResponseReturnValue:
        numbers = {row.id: str(row) for row in rows}
        return ask(self, verb, numbers) if _must_ask(verb) else carry_out(self, verb, numbers, {})

    act.__name__ = f"do_{verb.name}"
    decorated: Callable[..., Any] = action(str(verb.name), VERB[verb.name], sure, single=False)(act)
    return decorated


def _must_ask(verb: Verb) -> bool:
    return any(fact.is_required for fact in verb.facts)


def ask(view: Any, verb: Verb, numbers: Numbers, values: Any = None, errors: Any = None) -> ResponseReturnValue:
    """The page that asks what the verb needs, once for all the cases."""
    asked = fields(verb, values or {}, errors or {})
    page = view.render_template("admin/bulk.html", verb=verb, numbers=numbers, asked=asked)
    return page, 422 if errors else 200


def answered(view: Any, verb: Verb) -> ResponseReturnValue:
    """The facts have come: do it, or ask again. Cases out of scope are 404 when none is left."""
    ids = [int(each) for each in request.form.getlist("case_id") if each.isascii() and each.isdecimal()]
    numbers = worklists.numbers(ids[:MOST])
    if not numbers:
        abort(404)
    values = given(verb, request.form)
    try:
        checked(verb.facts, values)
    except Invalid as error:
        return ask(view, verb, numbers, values, error.fields)
    return carry_out(view, verb, numbers, values)


def carry_out(view: Any, verb: Verb, numbers: Numbers, values: dict[str, Any]) -> ResponseReturnValue:
    """Do the verb on each case, and say for each what came of it."""
    results = casework.perform_many(numbers, verb.name, me(), clock.now(), **values)
    lines = [(case_id, numbers[case_id], *_said(result)) for case_id, result in results.items()]
    done = sum(is_done for _, _, is_done, _ in lines)
    page: str = view.render_template("admin/bulk_done.html", verb=verb, lines=lines, done=done)
    return page


def _said(result: Any) -> tuple[bool, list[str]]:
    if isinstance(result, Refused):
        return False, [reason_text(reason) for reason in result.reasons]
    if isinstance(result, Invalid):
        return False, [f"{word('fact', name)}: {gettext(text)}" for name, text in result.fields.items()]
    if isinstance(result, NotFound):
        return False, [gettext("There is no such row.")]
    return True, [word("status", result.status)]

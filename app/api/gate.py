"""The gate that a connected system passes before every call: its network, its quota, its scope; then its log.

By key or by its user's token, the same rules hold. Who is no client passes by untouched.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, request
from flask_babel import gettext
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from app.api.deliveries import delivered, row_ids
from app.api.quota import Quota
from app.api.tally import Tally
from app.domain.access import Role
from app.domain.clients import PER_DAY, PER_MINUTE, ClientScope, is_from, scope_needed
from app.extensions import clock, reads_only
from app.fab.actor import resolving, signed_in
from app.fab.memo import memo
from app.fab.problems import problem
from app.models.api_client import ApiClient
from app.models.scope import scoped_classes
from app.operations import clients, deliveries
from app.resources import ALL

API = "/api/v1/"
OPEN = frozenset({"OpenApi.get", "SecurityApi.login", "SecurityApi.refresh"})
"""Asked without being signed in, or to stay so."""
OWN = {
    "CaseApi.file": ClientScope.FILE,
    "AttachmentApi.upload": ClientScope.FILE,
    "CaseAttachmentApi.add": ClientScope.FILE,
    "StatisticsApi.figures": ClientScope.FIGURES,
    "DueApi.explain": ClientScope.RULES,
    "RouteApi.explain": ClientScope.RULES,
    "MenuApi.get_menu_data": ClientScope.RULES,
}
"""Routes whose scope does not follow from noun and method."""
IN_CASES = frozenset({ClientScope.FILE, ClientScope.READ, ClientScope.ACT})
_CONVERTER = re.compile(r"<[^<>]*:")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Call:
    """A call of a client that is being answered."""

    client_id: int
    key_id: int | None
    started: float


def install(app: Flask) -> None:
    """Stand in front of everything else, whenever that was registered: calls that the guard refuses count as well."""
    app.extensions["huiyin.quota"] = Quota(app.config["RATELIMIT_STORAGE_URI"])
    app.extensions["huiyin.tally"] = Tally(app)
    app.extensions["huiyin.scopes"] = scopes_of(app)
    app.before_request_funcs.setdefault(None, []).insert(0, enter)
    app.after_request_funcs.setdefault(None, []).insert(0, leave)


def scopes_of(app: Flask) -> dict[str, ClientScope]:
    """The scope that each route of the API asks for."""
    case, children = scoped_classes()
    in_cases = {resource.noun for resource in ALL if resource.model in {case, *children}}
    nouns = {type(each).__name__: each.class_permission_name for each in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API) and rule.endpoint not in OPEN:
            noun = nouns[rule.endpoint.partition(".")[0]]
            needed = scope_needed(is_case=noun in in_cases, is_read="GET" in (rule.methods or ()))
            found[rule.endpoint] = OWN.get(rule.endpoint, needed)
    return found


def user_of_key(key: str) -> Any:
    """The user that a key acts as, for FAB; None for a key that opens nothing."""
    found = _by_key(key)
    return found.client.user if found is not None else None


def enter() -> Response | None:
    """Let a call in, or say why not."""
    needed = current_app.extensions["huiyin.scopes"].get(request.endpoint)
    if needed is None:
        return None
    reads_only.set(request.method in _READS)
    started = time.perf_counter()
    found = _caller()
    if found is None:
        return None
    client, key = found.client, found.key
    memo()["call"] = Call(client.id, key.id if key is not None else None, started)
    return _refusal(client, needed)


def leave(response: Response) -> Response:
    """Write down what personal data goes out (or let nothing out), and count the call."""
    call: Call | None = memo().get("call")
    if call is None or request.url_rule is None:
        return response
    rule = f"{request.method} {_CONVERTER.sub('<', request.url_rule.rule)}"
    if response.status_code < 300 and _needed() in IN_CASES:
        _record(call, rule, response)
    elapsed = (time.perf_counter() - call.started) * 1000
    current_app.extensions["huiyin.tally"].note(call.client_id, call.key_id, rule, response.status_code, elapsed)
    return response


def _needed() -> ClientScope:
    scope: ClientScope = current_app.extensions["huiyin.scopes"][request.endpoint]
    return scope


def _record(call: Call, rule: str, response: Response) -> None:
    fields, body = delivered(response)
    if not fields:
        return
    owner = str(request.endpoint).partition(".")[0]
    model = next((resource.model for resource in ALL if owner == f"{resource.noun}Api"), scoped_classes()[0])
    ids = row_ids(body, request.view_args or {})
    cases = deliveries.cases_of(model, ids) if "case_id" not in (request.view_args or {}) else ids
    deliveries.record(call.client_id, call.key_id, rule, cases, fields, clock.now())


def _refusal(client: ApiClient, needed: ClientScope) -> Response | None:
    if not client.is_active:
        return problem(401, gettext("This client was ended."))
    if not is_from(request.remote_addr or "", client.networks):
        return problem(403, gettext("Calls are not taken from this address."), code="network")
    quota: Quota = current_app.extensions["huiyin.quota"]
    most = (client.per_minute or PER_MINUTE, client.per_day or PER_DAY)
    if seconds := quota.wait(client.id, *most, clock.real().timestamp()):
        answer = problem(429, gettext("Too many calls. Again in %(seconds)s seconds.", seconds=seconds), code="quota")
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if needed not in (client.scopes or "").split():
        text = gettext("This client lacks the scope %(scope)s.", scope=str(needed))
        return problem(403, text, code="scope", scope=str(needed))
    return None


def _caller() -> clients.Caller | None:
    key = request.headers.get("X-API-Key")
    if key is not None:
        return _by_key(key)
    user = _of_token()
    if user is None or Role.API_CLIENT not in current_app.appbuilder.sm.principal().roles:  # type: ignore[attr-defined]
        return None
    client = clients.by_user(user.id)
    return clients.Caller(client, None) if client is not None else None


def _by_key(key: str) -> clients.Caller | None:
    kept = memo()
    if "caller" not in kept:
        with resolving():
            kept["caller"] = clients.by_key(key, clock.now())
    found: clients.Caller | None = kept["caller"]
    return found


def _of_token() -> Any:
    """The user of a good bearer token; what is wrong with another is said by the endpoint itself."""
    if "Authorization" not in request.headers:
        return None
    try:
        verify_jwt_in_request()
    except (JWTExtendedException, PyJWTError):
        return None
    return signed_in()

"""Every route is known, asks for what the table says, and has nothing to show of another department's case."""

from __future__ import annotations

from contextvars import Context
from io import BytesIO
from typing import Any

import pytest

from app.domain.access import Role
from app.domain.lifecycle import VERBS, Status
from app.extensions import clock
from tests import factories
from tests.architecture import routes
from tests.pages import Rest, page, sign_in

LOGIN = "/login/"
ROLES = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.WINDOW, Role.HANDLER)
OTHER = "410300-ZJ"
CLOSED_DOOR = (403, 404, 405)
BY_VERB = frozenset({"CaseApi.act", "CaseView.action", "CaseView.action_post", "CaseworkView.bulk", "CaseworkView.do"})
"""They ask for the permission of the verb as well."""


def turned_away(rule: Any) -> tuple[int, ...]:
    """How a route says no. FAB's actions send you elsewhere with a message; an unknown action is not found."""
    return (302, 403, 404) if rule.endpoint.endswith((".action", ".action_post")) else (403,)


def is_api(rule: Any) -> bool:
    return rule.rule.startswith("/api/")


class Caller:
    """Somebody who calls pages and REST alike, each call in a context of its own."""

    def __init__(self, app: Any, username: str = "") -> None:
        self.rest = Rest(app, username) if username else None
        self.page = Context().run(sign_in, app, username) if username else page(app)
        self.token = Context().run(self.page.token, "/complain/A10?region=410105")
        self.adapter = app.url_map.bind("localhost")

    def __call__(self, rule: Any, method: str, **changes: Any) -> Any:
        """Call a rule with samples for its arguments."""
        arguments = {name: changes.get(name, routes.SAMPLES[name]) for name in rule.arguments}
        path = self.adapter.build(rule.endpoint, arguments, method=method)
        if is_api(rule):
            headers = self.rest.headers if self.rest else {}
            body = {} if method == "GET" else {"json": changes.get("json", {})}
            return Context().run(self.page.application.test_client().open, path, method=method, headers=headers, **body)
        data = {"csrf_token": self.token, "action": "accept", **changes.get("form", {})} if method == "POST" else None
        headers = {"X-CSRFToken": self.token} if method in ("PUT", "DELETE") else {}
        return Context().run(self.page.open, path, method=method, data=data, headers=headers)


def rules(app: Any) -> list[tuple[Any, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


@pytest.fixture
def caller(app, db, account):
    """Sign somebody in."""
    return lambda role, at="": Caller(app, account(role, at))


def test_every_route_and_every_argument_is_known(app):
    unknown = []
    for rule, _ in rules(app):
        try:
            routes.access_of(rule.endpoint)
        except KeyError:
            unknown.append(f"{rule.rule} ({rule.endpoint})")
        unknown += [f"{rule.rule}: argument {name}" for name in rule.arguments if name not in routes.SAMPLES]
    assert unknown == [], "write into tests/architecture/routes.py who may open these"


def test_no_line_of_the_table_is_without_a_route(app):
    there = {rule.endpoint for rule, _ in rules(app)}
    assert routes.PUBLIC | routes.OTHERWISE | routes.CLOSED | set(routes.PERMISSIONS) <= there


def test_without_signing_in_only_the_public_routes_open(app, client):
    stranger = Caller(app)
    for rule, method in rules(app):
        answer = stranger(rule, method)
        is_turned_away = answer.status_code == 401 or (answer.status_code == 302 and LOGIN in answer.location)
        if rule.endpoint.endswith((".action", ".action_post")):
            is_turned_away = answer.status_code in turned_away(rule)
        if routes.access_of(rule.endpoint) == "public":
            assert answer.status_code != 500, (rule.rule, method)
            assert answer.status_code != 401 or rule.endpoint == "SecurityApi.login", (rule.rule, method)
        else:
            assert is_turned_away, (rule.rule, method, answer.status_code)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own pages of users, WTForms 3.4
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_of_permissions_says(app, caller, role):
    from app.admin import permission_lines
    from app.fab.permissions import permission_table
    from app.resources import ALL

    granted = permission_table(ALL, {verb.name: verb.roles for verb in VERBS.values()}, permission_lines())
    somebody = caller(role)
    for rule, method in rules(app):
        needed = routes.access_of(rule.endpoint)
        if needed in ("public", "otherwise"):
            continue
        may = isinstance(needed, tuple) and (role.value, *needed) in granted
        answer = somebody(rule, method)
        assert answer.status_code < 500, (rule.rule, method)
        if not may:
            assert answer.status_code in turned_away(rule), (rule.rule, method, answer.status_code)
        elif rule.endpoint not in BY_VERB:
            assert answer.status_code != 403, (rule.rule, method)


def _of(noun: str, case_id: int) -> dict[str, int]:
    return {"id" if noun == "Case" else "case_id": case_id}


@pytest.fixture
def whole_case(db):
    """A closed case with a row of everything that may hang on one; (noun -> id of its row)."""
    from app.domain.access import SYSTEM, complainant
    from app.models.attachment import Attachment
    from app.models.scope import acting
    from app.operations import attachments, unmasking, uploads
    from tests.operations import files

    with acting(complainant(0)):
        token = uploads.receive(BytesIO(files.picture()), "a.png", complainant(0), clock.now()).token
    filed = {"source_system": "hotline-z", "external_no": "E-1", "attachments": (token,)}
    case_id = factories.case_in(Status.SUPPLEMENTING, clock.now(), **filed)
    factories.do(case_id, "supplement", complainant(case_id), clock.now(), text="Here it is.")
    factories.bring(case_id, Status.CLOSED, clock.now())
    facts = {"measure": "The fee was taken off the list.", "check_on": "2036-01-02"}
    factories.do(case_id, "improve", factories.handler(), clock.now(), **facts)
    caller = factories.actor(Role.CALLER)
    asked = unmasking.Asked("phone", "call_back", "I call them back.")
    with acting(caller):
        unmasking.open_field(case_id, asked, caller, clock.now(), clock.real(), unmasking.Limits())
    db.session.remove()
    with acting(SYSTEM):
        attachments.draw()
        found = {
            noun: db.session.query(resource.model.id).filter_by(**_of(noun, case_id)).first()[0]
            for noun, resource in routes.NOUNS.items()
            if routes.is_scoped(f"{noun}Api.get")
        }
        found["Attachment"] = db.session.query(Attachment.id).filter_by(case_id=case_id).first()[0]
    db.session.remove()
    assert len(found) > 8
    return found


def test_a_foreign_case_is_behind_no_route(app, caller, whole_case, db):
    owner, foreigner = caller(Role.PLATFORM_ADMIN), caller(Role.HANDLER, OTHER)
    number = factories.read(whole_case["Case"]).receipt_no
    db.session.remove()
    walked = 0
    for rule, method in rules(app):
        if not routes.is_scoped(rule.endpoint) or not rule.arguments & {"pk", "case_id", "deadline_id", "number"}:
            continue
        noun = next((noun for noun in whole_case if rule.endpoint.startswith((f"{noun}Api.", f"{noun}View."))), "Case")
        ids = {"case_id": whole_case["Case"], "deadline_id": whole_case["Deadline"], "pk": whole_case[noun]}
        ids["attachment_id"] = whole_case["Attachment"]
        for verb in VERBS if "verb" in rule.arguments else [""]:
            answer = foreigner(rule, method, **ids, verb=verb, number=number, name="accept")
            assert answer.status_code in CLOSED_DOOR, (rule.rule, method, verb, answer.status_code)
            assert number not in answer.text.replace(f"by-number/{number}", "")
            walked += 1
        if method == "GET" and not rule.arguments & {"verb", "token"}:
            assert owner(rule, method, **ids, number=number).status_code == 200, rule.rule
    assert walked > 60
    assert factories.status_of(whole_case["Case"]) == "closed"


def test_a_foreign_case_is_in_no_list_and_no_figure(app, caller, whole_case, db):
    foreigner = caller(Role.HANDLER, OTHER)
    number = factories.read(whole_case["Case"]).receipt_no
    db.session.remove()
    for rule, method in rules(app):
        if (
            method != "GET"
            or rule.arguments - {"name", "group_by", "column"}
            or routes.access_of(rule.endpoint) == "public"
        ):
            continue
        answer = foreigner(rule, method, name="cases_by_status" if is_api(rule) else "due_soon")
        assert answer.status_code < 500, rule.rule
        assert number not in answer.text, rule.rule


def test_a_foreign_case_is_moved_by_no_bulk_act(app, caller, db):
    case_id = factories.case_in(Status.PENDING_CONFIRM, clock.now())
    db.session.remove()
    foreigner = caller(Role.HANDLER, OTHER)
    for rule, method in rules(app):
        if method == "POST" and rule.endpoint in ("CaseView.action_post", "CaseworkView.bulk"):
            form = {"rowid": [str(case_id)], "case_id": [str(case_id)], "action": "sign_for", "ids": [str(case_id)]}
            assert foreigner(rule, method, verb="sign_for", form=form).status_code < 500
    assert factories.status_of(case_id) == "pending_confirm"

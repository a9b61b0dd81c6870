"""Who may open which route: the table that the walk over `app.url_map` is held against.

A route that is not found here fails the walk, and so does a line here without a route.
"""

from __future__ import annotations

from typing import Any

from app.models.scope import scoped_classes
from app.resources import ALL

PUBLIC = frozenset(
    {
        "static",
        "appbuilder.static",
        "health.healthz",
        "health.readyz",
        "health.metrics",
        *(
            f"portal.{name}"
            for name in (
                "home",
                "guide",
                "complain",
                "step",
                "resume",
                "discard",
                "fill_in",
                "upload",
                "piece",
                "done",
                "finish",
                "language",
                "logo",
                "switch",
            )
        ),
        *(
            f"portal.{name}"
            for name in (
                "track",
                "progress",
                "withdrawal",
                "leave",
                "rate",
                "evaluate",
                "thanks",
                "mine",
                "mine_code",
                "mine_list",
                "quit",
            )
        ),
        "AuthDBView.login",
        "AuthDBView.code",
        "AuthDBView.logout",
        "LocaleView.index",
        "UtilView.back",
        "OpenApi.get",
        "SecurityApi.login",
    }
)
"""Open to everybody; what they show is protected otherwise (a query code, a token) or is no secret."""
OTHERWISE = frozenset({"SecurityApi.refresh", "HomeView.index"})
"""Protected by themselves: a refresh token; the home page sends visitors to sign in."""
PERMISSIONS: dict[str, tuple[str, str]] = {
    "CaseApi.file": ("can_file", "Case"),
    **{f"CaseApi.{name}": ("can_read", "Case") for name in ("by_number", "verbs", "timeline", "deadlines", "messages")},
    "CaseApi.act": ("can_read", "Case"),
    "AttachmentApi.upload": ("can_read", "Case"),
    **{f"CaseAttachmentApi.{name}": ("can_read", "Case") for name in ("evidence", "add", "content")},
    **{f"EvidenceView.{name}": ("can_read", "Case") for name in ("content", "small", "add", "begin", "piece")},
    "StatisticsApi.figures": ("can_read", "Case"),
    "DueApi.explain": ("can_read", "Deadline"),
    "RouteApi.explain": ("can_read", "Matter"),
    "MatterFormApi.form": ("can_read", "Matter"),
    "MenuApi.get_menu_data": ("can_get", "MenuApi"),
    "SwaggerView.show": ("can_show", "SwaggerView"),
    **{f"CaseworkView.{name}": ("can_read", "Case") for name in ("do", "bulk", "limit", "here", "work", "departments")},
    "CaseView.action": ("can_read", "Case"),
    "CaseView.action_post": ("can_read", "Case"),
    **{f"ClientKeysView.{name}": ("can_write", "ApiClient") for name in ("new", "rotate", "end_key", "end")},
    "ClientKeysView.calls": ("can_read", "ApiClient"),
    **{f"FindView.{name}": ("can_read", "Case") for name in ("find", "suggest")},
    "UnmaskView.ask": ("can_read", "Case"),
    "DeskView.file": ("can_write", "Desk"),
    "DeskFindView.find": ("can_read", "Desk"),
    **{f"AccountView.{name}": ("can_manage", "Account") for name in ("of", "act")},
    **{f"FactorView.{name}": ("can_own", "Account") for name in ("own", "change")},
    **{f"AccountView.{name}": ("can_own", "Account") for name in ("own", "end")},
    **{f"SavedViews.{name}": ("can_own", "SavedView") for name in ("manage", "save", "change", "remove")},
    "OutboxView.phones": ("can_read", "Outbox"),
    **{f"HandbookView.{name}": ("can_read", "Handbook") for name in ("index", "noun")},
    **{
        f"ResetMyPasswordView.this_form_{name}": (f"can_this_form_{name}", "ResetMyPasswordView")
        for name in ("get", "post")
    },
    **{f"UserInfoEditView.this_form_{name}": (f"can_this_form_{name}", "UserInfoEditView") for name in ("get", "post")},
    **{f"SetPasswordView.this_form_{name}": (f"can_this_form_{name}", "SetPasswordView") for name in ("get", "post")},
    "ReadOnlyRoles.list": ("can_list", "ReadOnlyRoles"),
    "ReadOnlyRoles.show": ("can_show", "ReadOnlyRoles"),
    "UserDBModelView.userinfo": ("can_userinfo", "UserDBModelView"),
    **{f"UserDBModelView.{name}": (f"can_{name}", "UserDBModelView") for name in ("list", "show", "add", "edit")},
}
CLOSED = frozenset(
    {
        *(f"UserDBModelView.{name}" for name in ("delete", "download", "action", "action_post")),
        *(
            f"UserGroupModelView.{name}"
            for name in ("list", "show", "add", "edit", "delete", "download", "action", "action_post")
        ),
    }
)
"""FAB registers them; no role has their permission."""
GENERATED = {
    "View": {"list": "read", "show": "read", "pick": "read", "add": "create", "edit": "update", "delete": "delete"},
    "Api": {"get": "read", "get_list": "read", "info": "read", "post": "create", "put": "update", "delete": "delete"},
    "Chart": {"chart": "read", "pick": "read", "sheet": "read"},
}
"""Method -> right, for what is generated from a noun."""

NOUNS = {resource.noun: resource for resource in ALL}
SAMPLES: dict[str, Any] = {
    "pk": 2_000_000_000,
    "case_id": 2_000_000_000,
    "deadline_id": 2_000_000_000,
    "attachment_id": 2_000_000_000,
    "user_id": 2_000_000_000,
    "view_id": 2_000_000_000,
    "act": "unlock",
    "client_id": 2_000_000_000,
    "key_id": 2_000_000_000,
    "field": "phone",
    "verb": "accept",
    "number": "TS2611240000019",
    "step": "events",
    "column": "matter",
    "plural": "cases",
    "group_by": "0",
    "name": "due_soon",
    "code": "A10",
    "matter": "A10",
    "token": "nobody-has-it",
    "filename": "nothing.txt",
    "version": "v1",
    "locale": "en",
    "state": "on",
}
"""A value for every argument that a route takes; an argument that is not here is not known."""


def access_of(endpoint: str) -> tuple[str, str] | str:
    """`public`, `otherwise`, `closed`, or the (permission, view) that a route needs. KeyError: not known."""
    for name, group in (("public", PUBLIC), ("otherwise", OTHERWISE), ("closed", CLOSED)):
        if endpoint in group:
            return name
    if endpoint in PERMISSIONS:
        return PERMISSIONS[endpoint]
    from app.resources.base import permission_of

    noun, kind, method = _parts(endpoint)
    right = GENERATED[kind][method]
    assert NOUNS[noun].rights[right], f"{endpoint}: nobody has this right, so there must be no route"
    return f"can_{permission_of(NOUNS[noun].rights, right)}", noun


def is_scoped(endpoint: str) -> bool:
    """Whether the ids that a route takes are those of a case, or of a row that hangs on one."""
    owner = endpoint.split(".", maxsplit=1)[0]
    if owner in ("CaseApi", "CaseView", "CaseworkView", "CaseAttachmentApi", "EvidenceView", "UnmaskView"):
        return True
    noun = next(
        (_parts(endpoint)[0] for kind in GENERATED if owner.endswith(kind) and owner[: -len(kind)] in NOUNS), ""
    )
    case, children = scoped_classes()
    return bool(noun) and NOUNS[noun].model in {case, *children}


def _parts(endpoint: str) -> tuple[str, str, str]:
    owner, _, method = endpoint.partition(".")
    kind = next(kind for kind in GENERATED if owner.endswith(kind))
    noun = owner[: -len(kind)]
    if noun not in NOUNS:
        raise KeyError(endpoint)
    return noun, kind, method

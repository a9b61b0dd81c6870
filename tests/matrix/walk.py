"""Somebody on the way through every route, noting whatever does not agree with the oracle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.domain.lifecycle import VERBS
from app.extensions import db
from app.models.case import Case
from tests.architecture import routes
from tests.matrix import oracle
from tests.matrix.world import Planted, Seat, World, as_
from tests.pages import Rest, page, sign_in

MISSING = 2_000_000_000
BY_VERB = frozenset({"CaseView.action_post", "CaseworkView.bulk"})
"""They ask for the permission of the verb as well."""
SHUT = (403, 404, 405)
SAID_NO = (302, 400, 409, 413, 415, 422)
"""How a route that may be opened answers a body with nothing in it."""
_SECRET = re.compile(r"(_sealed|_hash|_index|password|storage_key|thumbnail_key|claim_token|dedupe_key)$")
_CHAIN = ("prev_hash", "head_hash")
_PASSING = re.compile(r'\b[0-9a-f]{12,32}\b|[0-9]+|nonce="[^"]*"|name="csrf[_-]token"[^>]*>')
"""The number of a request, ids, and tokens: what differs in any two answers."""
ASKING = {"reason": "verify", "words": "To ask for the receipt."}
"""What opens a phone, for those who may."""
OFTEN = 8
"""A stored secret shorter than this would be found by chance."""


def secrets(app: Flask) -> list[tuple[str, str]]:
    """Every value of every column that no answer ever holds: ciphertexts, hashes, blind indexes, keys."""
    found: list[tuple[str, str]] = []
    with app.app_context(), as_(SYSTEM):
        for table in Case.metadata.sorted_tables:
            for column in (each for each in table.c if _SECRET.search(each.name) and each.name not in _CHAIN):
                values = db.session.scalars(select(column).where(column.is_not(None)))
                long = (value for value in values if isinstance(value, str) and len(value) >= OFTEN)
                found += [(value, f"{table.name}.{column.name}") for value in long]
    return found


def phones(app: Flask) -> list[str]:
    """The officers' own numbers."""
    with app.app_context(), as_(SYSTEM):
        return [text for text in db.session.scalars(select(Case.metadata.tables["ab_user"].c.phone)) if text]


@dataclass
class Walk:
    """One seat's way. `leaks` names each answer that should have been another."""

    app: Flask
    world: World
    who: Seat
    stored: list[tuple[str, str]]
    leaks: list[str] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Sign in at both doors."""
        self.rest = Rest(self.app, self.who.username) if self.who.username else None
        self.page = sign_in(self.app, self.who.username) if self.who.username else page(self.app)
        self.page.get("/lang/en")
        self.token = self.page.token("/complain/A10?region=410105")
        self.adapter = self.app.url_map.bind("localhost")
        self.never = [(text.encode(), what) for text, what in oracle.hidden(self.world, self.who)]
        self.never += [(text.encode(), what) for text, what in self.stored]
        if not oracle.may_read(self.who, "Officer"):
            self.never += [(text.encode(), "an officer's phone") for text in phones(self.app)]
        self.by_beginning: dict[bytes, list[tuple[bytes, str]]] = {}
        for line in self.never:  # hundreds of texts, few beginnings: most answers hold none of them
            self.by_beginning.setdefault(line[0][:6], []).append(line)
        self.own_file = self.world.half_sent.get(self.who.name)
        self.known = {text.encode(): what for text, what in oracle.shown(self.world, self.who).items()}
        self._verbs = 0

    # --- asking ---

    def ask(self, rule: Any, method: str = "GET", kind: str = "", form: Any = None, **values: Any) -> Any:
        """Call a rule (samples where nothing is given) and look through all that comes back."""
        arguments = {name: values.get(name, routes.SAMPLES[name]) for name in rule.arguments}
        return self.open(self.adapter.build(rule.endpoint, arguments, method=method), method, kind, form)

    def open(self, path: str, method: str = "GET", kind: str = "", form: Any = None, **more: Any) -> Any:
        """Call a path as a page or by REST, whichever it is."""
        if path.startswith("/api/"):
            headers = self.rest.headers if self.rest else {}
            body = {} if method == "GET" else {"json": form or {"not_a_field": 1}}
            answer = self.page.application.test_client().open(path, method=method, headers=headers, **body, **more)
        else:
            data = {"csrf_token": self.token, "action": "accept", **(form or {})} if method == "POST" else None
            headers = {"X-CSRFToken": self.token} if method in ("PUT", "DELETE") else {}
            answer = self.page.open(path, method=method, data=data, headers=headers, **more)
        self.look(answer, f"{method} {path}", sent=f"{path} {form or ''} {more or ''}")
        self.checks[kind or "other"] += 1
        if answer.status_code >= 500 and path != "/readyz":  # no worker, no clock
            self.leaks.append(f"{method} {path}: {answer.status_code}")
        return answer

    def look(self, answer: Any, what: str, sent: str = "") -> None:
        """Note what an answer holds that it must not; what was sent may come back."""
        whole = f"{answer.headers}".encode() + answer.get_data()
        for text in self.known.keys() - self.met:
            if text in whole:
                self.met.add(text)
        for text, of_what in (line for head, lines in self.by_beginning.items() if head in whole for line in lines):
            if text in whole and text.decode().rstrip('"') not in sent:
                self.leaks.append(f"{what} ({answer.status_code}) holds {of_what}: {text.decode()[:40]}")

    def look_through(self, text: str, what: str) -> None:
        """Note what a file holds, once unpacked, that it must not."""
        for secret, of_what in self.never:
            self.note(is_right=secret not in text.encode(), what=f"{what} holds {of_what}")

    def note(self, *, is_right: bool, what: str) -> None:
        """Note what is not right."""
        if not is_right:
            self.leaks.append(what)

    # --- one rule ---

    def rule(self, rule: Any, method: str) -> None:
        """Every cell of a rule: the samples, or each object that its ids can mean to this seat."""
        if not oracle.may(self.who, rule.endpoint):
            answer = self.ask(rule, method, "denied")
            self.note(
                is_right=self._is_denied(rule, answer), what=f"{method} {rule.rule}: {answer.status_code}, not denied"
            )
        elif rule.endpoint == "portal.piece":
            self._half_sent(rule, method, {})
        elif routes.is_scoped(rule.endpoint) and rule.arguments & {"pk", "case_id", "number"}:
            self._scoped(rule, method)
        elif rule.arguments & {"pk"}:
            self._row(rule, method)
        else:
            answer = self.ask(rule, method, kind_of(rule))
            asks_more = rule.endpoint in BY_VERB and not oracle.may_do(self.who, "accept")
            public = routes.access_of(rule.endpoint) in ("public", "otherwise")
            fine = public or (answer.status_code == 403) == asks_more
            self.note(is_right=fine, what=f"{method} {rule.rule}: {answer.status_code}")

    def _is_denied(self, rule: Any, answer: Any) -> bool:
        if self.who.role is None:
            is_sent_away = answer.status_code == 302 and "/login/" in answer.location
            return answer.status_code in (401, *turned_away(rule)[1:]) or is_sent_away
        return answer.status_code in turned_away(rule)

    def objects(self, rule: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """One object for each relation that a case can have to this seat, and one that is missing."""
        table, seen = table_of(rule), set[str]()
        for case in self.world.cases:
            name = oracle.relation(self.world, self.who, case)
            if name not in seen and case.rows[table]:
                seen.add(name)
                yield name, ids_of(case, table)
        gone = dict.fromkeys(("pk", "case_id", "deadline_id", "attachment_id"), MISSING)
        yield "missing", {**gone, "number": "TS1901010000019"}

    def _scoped(self, rule: Any, method: str) -> None:
        """Each object that ids of cases, or of what hangs on them, can mean."""
        objects = dict(self.objects(rule))
        said = {name: self._object(rule, method, name, values) for name, values in objects.items()}
        for name, answer in said.items():
            is_same_act = not rule.arguments & {"verb", "name"}
            differs = name != "own" and is_same_act and answer != said["missing"]
            self.note(is_right=not differs, what=f"{method} {rule.rule}: {name} and missing differ")
        if rule.endpoint == "EvidenceView.piece":
            self._half_sent(rule, method, objects.get("own", {}))

    def _half_sent(self, rule: Any, method: str, case: Mapping[str, Any]) -> None:
        """A file that somebody else has begun is as one that there never was."""
        theirs = next(token for name, token in self.world.half_sent.items() if name != self.who.name)
        tokens = (theirs, routes.SAMPLES["token"])
        said = [_said(self.ask(rule, method, "file", **{**case, "token": token})) for token in tokens]
        self.note(is_right=said[0] == said[1] and said[0][0] == 404, what=f"{method} {rule.rule} of others: {said}")

    def _object(self, rule: Any, method: str, name: str, values: Mapping[str, Any]) -> tuple[int, str]:
        """One cell; its answer without numbers, which must not tell what is foreign from what is missing."""
        verb = self._verb(rule, values)
        case = next((each for each in self.world.cases if each.id == values["case_id"]), None)
        form = ASKING if rule.endpoint == "UnmaskView.ask" and not self._may_ask(name, case) else None
        given = {**values, "verb": verb, "name": verb, "token": self._file(method)}
        answer = self.ask(rule, method, kind_of(rule), form, **given)
        fine = self._narrower(rule, method, name, case) or self._expected(rule, method, name, verb)
        said = f"{method} {rule.rule} {verb} on {name} ({values.get('case_id')}): {answer.status_code}, not {fine}"
        self.note(is_right=answer.status_code in fine, what=said)
        return _said(answer) if name != "own" else (answer.status_code, "")

    def _file(self, method: str) -> str:
        """The token of one's own half sent file, but not where that would end it."""
        return str(routes.SAMPLES["token"]) if method == "DELETE" else self.own_file or str(routes.SAMPLES["token"])

    def _may_ask(self, name: str, case: Planted | None) -> bool:
        return name == "own" and case is not None and oracle.may_ask(self.who, case)

    def _narrower(self, rule: Any, method: str, name: str, case: Planted | None) -> tuple[int, ...]:
        """The answer where a case in sight is not enough."""
        if case and "attachment_id" in rule.arguments and not oracle.opens(self.who, case, "photo"):
            return (404,)
        if name == "own" and rule.endpoint == "EvidenceView.piece" and (method == "DELETE" or not self.own_file):
            return (404,)
        is_asked = name == "own" and rule.endpoint == "UnmaskView.ask"
        return (302,) if is_asked and not self._may_ask(name, case) else ()

    def _verb(self, rule: Any, _: Any) -> str:
        """The next verb, so that all take their turn."""
        self._verbs += 1
        names = [verb.name for verb in VERBS.values() if not rule.endpoint.startswith("CaseView") or verb.is_bulk]
        return str(names[self._verbs % len(names)])

    def _expected(self, rule: Any, method: str, name: str, verb: str) -> tuple[int, ...]:
        if rule.endpoint == "CaseView.action":
            return (404,)  # no verb is for one row of the list alone
        if name != "own":
            return SHUT if "verb" in rule.arguments else (404,)
        if "verb" in rule.arguments:
            row = VERBS[verb]  # type: ignore[index]
            if not (row.moves if rule.endpoint == "CaseApi.act" else row.is_button):
                return (404,)
            return (200, *SAID_NO) if oracle.may_do(self.who, verb) else (403,)
        return (200,) if method == "GET" else SAID_NO

    def _row(self, rule: Any, method: str) -> None:
        """A row of the configuration: there are no foreign ones, but there are missing ones."""
        noun = routes.access_of(rule.endpoint)[1]
        if method == "GET" and noun in routes.NOUNS and not rule.endpoint.endswith(".delete"):
            there = self.ask(rule, method, kind_of(rule), pk=1)
            fine = 200 if self.world_has(noun) else 404
            self.note(is_right=there.status_code == fine, what=f"{rule.rule}: {there.status_code}, not {fine}")
        gone = self.ask(rule, method, kind_of(rule), pk=MISSING)
        is_right = gone.status_code in (302, 400, 404, 405, 409, 415, 422)
        self.note(is_right=is_right, what=f"{method} {rule.rule} missing: {gone.status_code}")

    def world_has(self, noun: str) -> bool:
        """Whether a noun has a first row."""
        with self.system():
            return db.session.get(routes.NOUNS[noun].model, 1) is not None

    @contextmanager
    def system(self) -> Iterator[None]:
        """Look into the database oneself, between two requests."""
        with self.app.app_context(), as_(SYSTEM):
            yield


def _said(answer: Any) -> tuple[int, str]:
    """Status and text of an answer, without what differs in any two."""
    return answer.status_code, _PASSING.sub("#", answer.get_data().decode(errors="replace"))


def turned_away(rule: Any) -> tuple[int, ...]:
    """How a route says no. FAB's actions send you elsewhere with a message; an unknown action is not found."""
    return (403, 302, 404) if rule.endpoint.endswith((".action", ".action_post")) else (403,)


def table_of(rule: Any) -> str:
    """The table whose rows a rule's ids mean."""
    noun = next((noun for noun in routes.NOUNS if rule.endpoint.startswith((f"{noun}Api.", f"{noun}View."))), "Case")
    if "attachment_id" in rule.arguments:
        return "attachments"
    return "deadlines" if "deadline_id" in rule.arguments else str(routes.NOUNS[noun].model.__table__.name)


def ids_of(case: Planted, table: str) -> dict[str, Any]:
    """The arguments that mean this case, or its first row of a table."""
    first = {name: (rows or [{"id": MISSING}])[0]["id"] for name, rows in case.rows.items()}
    ids = {"deadline_id": first["deadlines"], "attachment_id": first["attachments"]}
    return {"pk": first[table], "case_id": case.id, **ids, "number": case.texts["receipt"]}


KINDS = {
    "list": "view",
    "show": "view",
    "pick": "picker",
    "chart": "chart",
    "sheet": "export",
    "figures": "chart",
    "action": "action",
    "action_post": "action",
    "do": "action",
    "bulk": "action",
    "act": "action",
    "content": "file",
    "small": "file",
}


def kind_of(rule: Any) -> str:
    """The column of the matrix that a rule belongs to."""
    method = rule.endpoint.rpartition(".")[2]
    return KINDS.get(method) or ("rest" if rule.rule.startswith("/api/") else "view")


def rules(app: Flask) -> list[tuple[Any, str]]:
    """Every rule with each of its methods."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]

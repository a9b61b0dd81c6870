"""The world that the leak matrix walks through: officers at every level, and cases with a secret in each text.

Every planted text holds a word of its own (`Zq…`) that occurs nowhere else, so that a page, a header or a file
that holds it tells exactly which column of which case has leaked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from app.domain.access import SYSTEM, Actor, Role, complainant
from app.domain.clients import ClientScope
from app.domain.evidence import PIECE
from app.domain.lifecycle import Status
from app.extensions import clock, db
from app.models.api_client import ApiClient, ClientKey
from app.models.assignment import Assignment
from app.models.attachment import Attachment
from app.models.case import Case
from app.models.client_log import ClientCall, Delivery
from app.models.feedback import Evaluation
from app.models.scope import acting, scoped_classes
from app.operations import attachments, partials, unmasking, uploads
from app.operations.filing import ComplainantFacts, RespondentFacts
from app.operations.uploads import UPLOADERS
from tests import factories
from tests.operations import files
from tests.pages import PASSWORD

UNIT, OTHER_UNIT = "410105-SCJG", "410300-SCJG"
SEATS: dict[str, tuple[Role, str]] = {
    "platform_admin": (Role.PLATFORM_ADMIN, "410000-YSHJ"),
    "auditor": (Role.AUDITOR, "410000-YSHJ"),
    "leader_view": (Role.LEADER_VIEW, "410000-YSHJ"),
    "security_admin": (Role.SECURITY_ADMIN, "410000-YSHJ"),
    "city_admin": (Role.CITY_ADMIN, "410100-YSHJ"),
    "supervisor": (Role.SUPERVISOR, "410100-YSHJ"),
    "dispatcher": (Role.DISPATCHER, "410300-YSHJ"),
    "county_admin": (Role.COUNTY_ADMIN, "410105-YSHJ"),
    "intake": (Role.INTAKE, "410105-YSHJ"),
    "caller": (Role.CALLER, "410305-YSHJ"),
    "window": (Role.WINDOW, "410105-YSHJ"),
    "api_client": (Role.API_CLIENT, "410105-YSHJ"),
    "api_client_b": (Role.API_CLIENT, "410105-YSHJ"),
    "handler": (Role.HANDLER, UNIT),
    "unit_leader": (Role.UNIT_LEADER, UNIT),
    "handler_b": (Role.HANDLER, OTHER_UNIT),
}
"""Who walks: every shipped role, at every level of government, in two cities and two units."""


@dataclass(frozen=True)
class Seat:
    """Somebody who walks. A visitor has no role."""

    name: str
    role: Role | None = None
    at: str = ""
    region: str = ""
    level: str = ""
    user_id: int = 0
    username: str = ""


@dataclass
class Planted:
    """What is true of a case, and the secrets in it by kind."""

    key: str
    region: str
    respondent: str = ""
    is_confidential: bool = False
    filed_by: int = 0
    id: int = 0
    shares: frozenset[str] = frozenset()
    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    """By table: the rows that hang on it, as the database has them."""


@dataclass
class World:
    """All of it."""

    seats: dict[str, Seat]
    cases: list[Planted]
    regions: dict[str, str]
    """Region -> region above."""
    half_sent: dict[str, str]
    """Seat -> token of a file that it has begun to send."""
    texts: dict[str, tuple[str, ...]]
    """Secrets that hang on no case -> the nouns whose readers may see them."""


@contextmanager
def as_(actor: Actor) -> Iterator[Actor]:
    """Act as somebody, in a session of one's own."""
    db.session.remove()
    try:
        with acting(actor):
            yield actor
    finally:
        db.session.remove()


def build(app: Flask) -> World:
    """Make it with the real operations; needs the seeded database."""
    with app.app_context():
        seats = _seats()
        cases = [_plant(each, number, seats) for number, each in enumerate(_wanted(seats))]
        with as_(SYSTEM):
            attachments.draw()
            regions = dict(db.session.execute(select(_table("regions").c.code, _table("regions").c.parent_code)).all())
            for case in cases:
                _read(case)
        half_sent = {name: _begin(seat) for name, seat in seats.items() if seat.role in UPLOADERS}
        texts = _client(seats["api_client"], cases) | {f"Zqhalf{name}Zz": () for name in half_sent}
    return World(seats, cases, regions, half_sent, texts)


def _wanted(seats: dict[str, Seat]) -> Iterator[Planted]:
    yield Planted("own", "410105", filed_by=seats["window"].user_id)
    yield Planted("api", "410105", filed_by=seats["api_client"].user_id, is_confidential=True)
    yield Planted("city", "410100")
    yield Planted("far", "410300")
    yield Planted("farther", "410305", filed_by=seats["api_client_b"].user_id)
    yield Planted("unit", "410105", respondent=UNIT)
    yield Planted("county", "410105", respondent="410105-YSHJ")
    yield Planted("cityhall", "410100", respondent="410100-YSHJ")
    yield Planted("provincial", "410105", respondent="410000-YSHJ")
    yield Planted("cityside", "410300", respondent="410300-YSHJ")


def _seats() -> dict[str, Seat]:
    with as_(SYSTEM):
        found = {"visitor": Seat("visitor")}
        for name, (role, at) in SEATS.items():
            user = factories.officer(role, at=at)
            user.password = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
            region = user.department.region
            found[name] = Seat(name, role, at, region.code, region.level, user.id, user.username)
        db.session.commit()
    return found


def _client(seat: Seat, cases: list[Planted]) -> dict[str, tuple[str, ...]]:
    """A connected system with a key, a call and a delivery, and the secrets in them."""
    hint, call, delivered, now = "hyk_ZqkeyZz", "GET /ZqcallZz", "ZqdeliveredZz", clock.now()
    ids = f" {' '.join(str(case.id) for case in cases)} "
    with as_(SYSTEM):
        row = ApiClient(code="hotline-q", name="Hotline", scopes=" ".join(ClientScope), created_at=now)
        row.user_id = seat.user_id
        key = ClientKey(client=row, hint=hint, key_hash="f" * 64, created_at=now)
        told = {"rule": "GET /api/v1/cases/", "case_count": len(cases), "case_ids": ids, "fields": delivered}
        db.session.add(Delivery(client=row, key=key, delivered_at=now, **told))
        db.session.add(ClientCall(client=row, hour_at=now, rule=call, count=1))
        db.session.commit()
    return {hint: ("ClientKey", "Delivery"), call: ("ApiClient",), delivered: ("Delivery",)}


def _begin(seat: Seat) -> str:
    """The first half of a file."""
    with as_(_actor(seat)) as actor:
        token = partials.begin(f"Zqhalf{seat.name}Zz.png", 2 * PIECE, "", actor, clock.now()).token
        partials.take(token, 0, b"x" * PIECE, "", actor, clock.now())
    return token


def _plant(case: Planted, number: int, seats: dict[str, Seat]) -> Planted:
    case.texts = {kind: f"Zq{kind}{case.key}Zz" for kind in TEXTS}
    case.texts |= {"phone": f"1381100{4100 + number}", "said_phone": f"1392200{5200 + number}"}
    filer = next((seat for seat in seats.values() if seat.user_id and seat.user_id == case.filed_by), None)
    by = _actor(filer) if filer else complainant(0)
    with as_(by):
        photo = f"{case.texts['photo']}.png"
        token = uploads.receive(BytesIO(files.picture()), photo, by, clock.now()).token
    case.id = factories.file(clock.now(), by, **_filing(case, token)).case_id
    if case.respondent != factories.CENTRE:
        _close(case)
    return case


TEXTS = (
    "title",
    "body",
    "name",
    "org",
    "fee",
    "respondent",
    "external",
    "photo",
    "wanted",
    "supplied",
    "result",
    "reply",
    "called",
    "closing",
    "measure",
    "comment",
    "scan",
    "words",
)


def _filing(case: Planted, token: str) -> dict[str, Any]:
    say, texts = case.respondent, case.texts
    return {
        "channel": "window",
        "region_code": case.region,
        "title": f"A fee {texts['title']} {texts['said_phone']}",
        "body": f"We were charged {texts['body']}, call {texts['said_phone']}.",
        "form": {**factories.FORM, "fee_name": texts["fee"]},
        "respondent": RespondentFacts(department_code=say) if say else RespondentFacts(name=texts["respondent"]),
        "complainant": ComplainantFacts("company", texts["name"], texts["phone"], org_name=texts["org"]),
        "source_system": f"system-{case.key}",
        "external_no": texts["external"],
        "is_confidential": case.is_confidential,
        "attachments": (token,),
    }


def _close(case: Planted) -> None:
    """By the verbs themselves, with a secret in each text."""
    now, texts, centre = clock.now(), case.texts, factories.centre()
    factories.do(case.id, "request_supplement", centre, now, what=f"Please: {texts['wanted']}", days=10)
    factories.do(case.id, "supplement", complainant(case.id), now, text=f"Here: {texts['supplied']}")
    factories.bring(case.id, Status.INVESTIGATING, now)
    unit = factories.handler(at=factories.lead_of(case.id))
    with as_(unit):
        name = f"{texts['scan']}.png"
        token = uploads.receive(BytesIO(files.picture()), name, unit, now).token
        attachments.add(case.id, [token], unit, now)
    told = {"close_type": "solved", "result": f"Inner {texts['result']} report.", "reply": f"Paid {texts['reply']}."}
    factories.do(case.id, "report", unit, now, **told)
    factories.do(case.id, "follow_up", centre, now, is_reached=True, note=texts["called"], satisfaction="satisfied")
    factories.do(case.id, "close", centre, now, note=texts["closing"])
    factories.do(case.id, "improve", unit, now, measure=f"We change {texts['measure']}.", check_on="2036-01-02")
    with as_(centre):
        asked = unmasking.Asked("phone", "verify", f"To ask {texts['words']}")
        unmasking.open_field(case.id, asked, centre, now, now, unmasking.Limits(100, 100))
    with as_(SYSTEM):
        row = db.session.scalars(select(Evaluation).where(Evaluation.case_id == case.id)).one()
        row.comment, row.submitted_at, row.score, row.is_satisfied = texts["comment"], now, 5.0, True
        row.speed = row.result = row.manner = 5
        db.session.commit()


def _actor(seat: Seat) -> Actor:
    assert seat.role
    return factories.actor(seat.role, at=seat.at, user_id=seat.user_id)


def _table(name: str) -> Any:
    return Case.metadata.tables[name]


def _read(case: Planted) -> None:
    """What the database has of it, by plain statements."""
    row = db.session.execute(select(_table("cases")).where(_table("cases").c.id == case.id)).mappings().one()
    case.texts |= {"receipt": row["receipt_no"], **({"number": row["case_no"]} if row["case_no"] else {})}
    case.rows["cases"] = [dict(row)]
    for cls in scoped_classes()[1]:
        table: Any = cls.__table__  # type: ignore[attr-defined]
        found = db.session.execute(select(table).where(table.c.case_id == case.id).order_by(table.c.id)).mappings()
        case.rows[table.name] = [dict(each) for each in found]
    share = Assignment.__table__.c
    units = select(_table("departments").c.code).join(Assignment.__table__).where(share.case_id == case.id)
    case.shares = frozenset(db.session.scalars(units))
    assert Attachment.__tablename__ in case.rows

"""Naughty texts in everything that REST takes: stored byte by byte, or a problem in Chinese. Never a fault of ours."""

from __future__ import annotations

import io
import json
from urllib.parse import quote

import prison
import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.domain.evidence import clean_name
from app.domain.lifecycle import VERBS, Status
from app.extensions import clock, db
from app.extensions import files as kept
from app.gateways.storage import FolderStorage
from app.models.case import Case
from app.models.scope import acting
from tests import factories
from tests.doors.filings import BODY, changed
from tests.doors.naughtily import as_json, told
from tests.doors.naughty import some
from tests.doors.test_admin_naughty import PLACES, RIGHT
from tests.operations import files

FREE = ("title", "body", "respondent.name", "complainant.name", "complainant.org_name", "form.fee_name")
STRICT = (
    *("channel", "matter_code", "region_code", "occurred_on", "is_confidential", "external_no", "source_system"),
    *("respondent", "respondent.kind", "respondent.department_code", "complainant", "complainant.kind"),
    *("complainant.phone", "complainant.anonymous", "complainant.uscc", "complainant.id_no", "form", "form.fee_amount"),
    *("form.fee_date", "attachments"),
)
NOUNS = (
    *("cases", "matters", "departments", "regions", "evaluations", "messages", "assignments", "deadlines", "officers"),
    *("case_events", "complainants", "respondents", "follow_ups", "improvements", "calendar_days", "form_versions"),
)
HEADERS = ("Idempotency-Key", "If-Match", "If-None-Match", "X-API-Key", "Authorization", "Accept-Language", "Accept",
           "Range", "If-Modified-Since", "X-Request-Id", "Cookie", "Origin", "User-Agent")  # fmt: skip


@pytest.fixture
def hotline(rest):
    return rest("api_client")


def _last(app):
    with app.app_context(), acting(SYSTEM):
        case = db.session.scalars(select(Case).order_by(Case.id.desc())).first()
        found = {case.title, case.body, case.respondent.name, case.complainant.name, case.complainant.org_name}
        return case.id, found | {case.form.get("fee_name")}


def _everywhere(text):
    body = changed("title", text)
    for place in FREE[1:]:
        above, _, name = place.rpartition(".")
        (body[above] if above else body)[name] = text
    return body


def test_free_texts_are_stored_byte_by_byte_and_shown_back(app, hotline, rest):
    centre, stored, texts = rest("intake"), 0, some("rest free")
    for text in texts:
        answer = told(hotline("POST", "cases/", **as_json(_everywhere(text))), 201, about=text)
        if answer.status_code == 201:
            stored += 1
            case_id, found = _last(app)
            assert {each.strip() for each in found} == {text.strip()}, repr(text)
            shown = centre("GET", f"cases/{case_id}").get_json()["result"]
            assert shown["title"].strip() == shown["form"]["fee_name"].strip() == text.strip(), repr(text)
    assert stored > len(texts) // 3


@pytest.mark.parametrize("place", STRICT)
def test_fields_with_a_form_of_their_own(hotline, place):
    for text in some(f"rest {place}", 2):
        told(hotline("POST", "cases/", **as_json(changed(place, text))), 201, about=(place, text))


@pytest.mark.parametrize("place", ["", "form.", "complainant.", "respondent."])
def test_names_of_fields_and_lists(hotline, place):
    for text in some(f"rest names {place}", 2):
        body = json.loads(json.dumps(BODY))
        (body[place[:-1]] if place else body)[text] = text
        told(hotline("POST", "cases/", **as_json(body)), 201, about=(place, text))
        told(hotline("POST", "cases/", **as_json({**BODY, "attachments": [text]})), about=text)
        unknown = {**BODY, "matter_code": text, "form": {text: text}}
        told(hotline("POST", "cases/", **as_json(unknown)), 201, about=text)


@pytest.mark.parametrize("verb", PLACES)
def test_facts_of_verbs(app, rest, verb):
    role, status = PLACES[verb]
    who, case_id = rest(role), 0
    for fact in VERBS[verb].facts:
        for text in some(f"rest {verb} {fact.name}", 6):
            if not case_id:
                with app.app_context():
                    case_id = factories.case_in(status, clock.now())
            right = {each.name: RIGHT[each.name] for each in VERBS[verb].facts if each.name in RIGHT}
            words = {
                each.name: "Words that are long enough." for each in VERBS[verb].facts if each.kind in ("text", "line")
            }
            for value in (text, [text]):
                answer = who("POST", f"cases/{case_id}/{verb}", **as_json({**right, **words, fact.name: value}))
                if told(answer, 200, about=(verb, fact.name, value)).status_code == 200:
                    case_id = 0
                    break


def test_verbs_and_facts_that_there_are_not(app, rest):
    who = rest("platform_admin")
    with app.app_context():
        case_id = factories.case_in(Status.PENDING_ACCEPT, clock.now())
    for text in some("rest no verb", 2):
        told(who("POST", f"cases/{case_id}/accept", **as_json({text: text, "nonsense": 1})), about=text)
        if len(text) < 1500:
            told(who("POST", f"cases/{case_id}/{_spelled(text)}", **as_json({})), 307, 308, about=text)


# --- addresses --------------------------------------------------------------------------------------------------


def _spelled(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("noun", NOUNS)
def test_arguments_of_lists(rest, noun):
    who = rest("platform_admin")
    for text in some(f"rest list {noun}", 3):
        asked = {"filters": [{"col": "title" if noun == "cases" else "name", "opr": "ct", "value": text}]}
        wild = {"filters": [{"col": text, "opr": text, "value": text}], "order_column": text, "columns": [text]}
        wrong = {"page": text, "page_size": text}
        for question in (asked, wild, wrong):
            for spelled in (json.dumps(question), _rison(question)):
                told(who("GET", f"{noun}/?q={_spelled(spelled)}"), 200, 404, about=(noun, text))
        told(who("GET", f"{noun}/?q={_spelled(text)}"), 200, 404, about=(noun, text))


def _rison(question):
    try:
        return prison.dumps(question)
    except UnicodeEncodeError:  # half a surrogate pair
        return "(a:b)"


def test_places_in_addresses(rest):
    who = rest("platform_admin")
    for text in some("rest places", 2):
        spelled = _spelled(text)
        for path in (
            *(
                "cases/by-number/",
                "cases/",
                "cases/1/",
                "cases/1/attachments/",
                "matters/",
                "statistics/",
                "attachments/",
            ),
            *("statistics/cases_by_status?from=", "statistics/cases_by_status?region_code=", "cases/?_l_="),
        ):
            told(who("GET", f"{path}{spelled}"), 200, 308, about=(path, text))
        told(who("GET", f"matters/{spelled}/form"), 200, 308, about=text)


def test_questions_about_rules(rest):
    who = rest("platform_admin")
    for text in some("rest explain", 2):
        for name in ("start", "value", "unit"):
            due = {"start": "2026-02-12", "value": 3, "unit": "working_day", name: text}
            told(who("POST", "deadlines/explain", **as_json(due)), 200, about=(name, text))
        for name in ("matter_code", "region_code", "respondent"):
            asked = {"matter_code": "A10", "region_code": "410105", name: text}
            told(who("POST", "routes/explain", **as_json(asked)), 200, about=(name, text))


def test_signing_in(app, rest):
    client = app.test_client()
    for text in ("", *some("rest login", 2)):
        for name in ("username", "password", "provider", "refresh"):
            body = {"username": "nobody", "password": "x", "provider": "db", name: text}
            told(client.post("/api/v1/security/login", **as_json(body)), about=(name, text))
        told(client.post("/api/v1/security/login", **as_json({text: text})), about=text)


def test_headers(rest, hotline):
    for text in some("rest headers", 4):
        value = text.encode("utf-8", "surrogatepass").decode("latin-1")
        for name in HEADERS:
            try:
                answers = [hotline("GET", "cases/?q=(page_size:1)", headers={name: value})]
                answers.append(hotline("POST", "cases/", **as_json({}), headers={name: value}))
            except ValueError:  # a line break: no client can send it, and the server would not take it
                continue
            for answer in answers:
                told(answer, 200, about=(name, text))


# --- names of files ---------------------------------------------------------------------------------------------


def test_names_of_files(app, hotline, tmp_path, monkeypatch):
    """As browsers send them: line breaks and quotes spelled out."""
    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    for text in some("rest file names", 2):
        for name in (text, f"{text}.png", f"{text}/x.png"):
            spelled = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")[:20_000]
            head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{spelled}"\r\n\r\n'
            raw = head.encode("utf-8", "surrogatepass") + files.GOOD["png"][1] + b"\r\n--b--\r\n"
            answer = hotline("POST", "attachments/", data=raw, content_type="multipart/form-data; boundary=b")
            if told(answer, 201, about=name).status_code == 201:
                shown = answer.get_json()["name"]
                assert shown == clean_name(shown), (name, shown)
                assert shown.rpartition(".")[2].lower() in ("png", "jpg", "gif", "webp", "bmp"), (name, shown)


def test_names_as_a_client_spells_them_by_hand(hotline, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "storage", FolderStorage(tmp_path / "files", {"k1": bytes(32)}))
    for text in some("by hand", 2):
        data = {"file": (io.BytesIO(files.GOOD["png"][1]), text.encode("utf-8", "replace").decode()[:5000])}
        told(hotline("POST", "attachments/", data=data), 201, about=text)

"""Naughty texts in every field of the desk and of the officers' verbs: kept as they are, or refused in Chinese."""

from __future__ import annotations

import html
import re

import pytest
from markupsafe import escape
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.domain.lifecycle import VERBS, Status
from app.extensions import db
from app.models.case import Case
from app.models.event import CaseEvent
from app.models.housekeeping import Lookup
from app.models.scope import acting
from tests.doors.naughtily import Sender, calm, sent, values
from tests.doors.naughty import some
from tests.doors.test_admin_desk import FIND, PAGE, TYPED

FREE = ("title", "body", "respondent.name", "complainant.name", "complainant.org_name", "form.fee_name")
STRICT = tuple(sorted({*TYPED, "occurred_on", "is_confidential", "complainant.anonymous", "token"} - set(FREE)))
PLACES = {  # verb: who does it, where
    "classify": ("intake", Status.PENDING_CLASSIFY),
    "accept": ("intake", Status.PENDING_ACCEPT),
    "reject": ("platform_admin", Status.PENDING_ACCEPT),
    "assign": ("dispatcher", Status.PENDING_DISPATCH),
    "sign_for": ("handler", Status.PENDING_CONFIRM),
    "report": ("handler", Status.INVESTIGATING),
    "follow_up": ("caller", Status.PENDING_CLOSE),
    "close": ("supervisor", Status.PENDING_CLOSE),
    "rework": ("supervisor", Status.CLOSED),
    "remind": ("supervisor", Status.INVESTIGATING),
    "escalate": ("supervisor", Status.INVESTIGATING),
    "request_supplement": ("intake", Status.PENDING_ACCEPT),
    "supplement": ("intake", Status.SUPPLEMENTING),
    "transfer": ("dispatcher", Status.INVESTIGATING),
    "return": ("handler", Status.PENDING_CONFIRM),
    "designate": ("platform_admin", Status.PENDING_DISPATCH),
    "handle_directly": ("dispatcher", Status.PENDING_DISPATCH),
    "withdraw": ("intake", Status.PENDING_ACCEPT),
    "improve": ("handler", Status.CLOSED),
}
RIGHT = {
    "close_type": "solved",
    "department_code": "410105-SWJ",
    "days": "5",
    "check_on": "2027-01-08",
    "reason_code": "not_our_duty",
    "is_reached": "1",
    "satisfaction": "satisfied",
    "matter_code": "A10",
}
STAYING = ("follow_up", "remind", "escalate", "improve")
"""Verbs that leave the case where it is: one case takes every text."""


def _chinese(browser):
    browser.get("/language/zh_Hans")
    return browser


def test_every_verb_with_a_button_has_its_place():
    assert set(PLACES) == {verb.name for verb in VERBS.values() if verb.is_button and verb.moves and verb.facts}


# --- the desk ---------------------------------------------------------------------------------------------------


def _last(office):
    with office.app.app_context(), acting(SYSTEM):
        case = db.session.scalars(select(Case).order_by(Case.id.desc())).first()
        found = {case.title, case.body, case.respondent.name, case.complainant.name, case.complainant.org_name}
        return found | {case.form.get("fee_name")}


def test_the_desk_keeps_free_texts_byte_by_byte(office):
    send, stored, texts = Sender(_chinese(office.sign_in("intake")), PAGE), 0, some("desk free")
    for text in texts:
        form = {**TYPED, **dict.fromkeys(FREE, text), "do": "sure", "complainant.id_no": ""}
        answer = calm(send(PAGE, **form), 200, about=text)
        if answer.status_code == 200:
            stored += 1
            assert _last(office) == {sent(text).strip()}, repr(text)
            continue
        if answer.status_code == 422:
            kept = values(answer.text)
            assert kept["title"] == re.sub(r"\r\n?", "\n", sent(text)) or kept["title"] == sent(text), repr(text)
    assert stored > len(texts) // 3


@pytest.mark.parametrize("name", STRICT)
def test_the_desk_refuses_in_words(office, name):
    send = Sender(_chinese(office.sign_in("intake")), PAGE)
    for text in some(f"desk {name}", 4):
        calm(send(PAGE, **{"do": "sure", **TYPED, name: text}), 200, about=text)


def test_the_desk_looks_up_whatever_is_typed(office):
    send = Sender(_chinese(office.sign_in("caller")), FIND)
    for text in some("find"):
        with office.app.app_context(), acting(SYSTEM):
            db.session.query(Lookup).delete()
            db.session.commit()
        calm(send(FIND, q=text), 200, about=text)


# --- verbs ------------------------------------------------------------------------------------------------------


def _facts(verb, text, fact=""):
    """Right facts, and the text in one of them; or in every free one."""
    chosen = {each.name for each in VERBS[verb].facts if each.kind in ("text", "line")}
    right = {each.name: RIGHT.get(each.name, "") for each in VERBS[verb].facts}
    words = dict.fromkeys(chosen, "Words that are long enough.")
    return {**right, **words, **dict.fromkeys([fact] if fact else chosen, text)}


@pytest.mark.parametrize("verb", PLACES)
def test_no_fact_of_a_verb_breaks_its_page(office, verb):
    """Each fact by itself; a verb that is done goes on with another case."""
    role, status = PLACES[verb]
    browser = _chinese(office.sign_in(role))
    send, case_id = Sender(browser, "/track"), 0
    for fact in VERBS[verb].facts:
        for text in some(f"{verb} {fact.name}", 4):
            case_id = case_id or office.case(status)
            answer = send(f"/admin/cases/{case_id}/do/{verb}", **_facts(verb, text, fact.name))
            calm(answer, 302, about=(fact.name, text))
            if answer.status_code == 302:
                _read_back(office, case_id, _facts(verb, text, fact.name))
                case_id = 0
            elif answer.status_code == 422 and fact.kind in ("text", "line"):
                shown = html.unescape(answer.text).replace("\r\n", "\n")
                assert sent(text).strip().replace("\r\n", "\n") in shown, (fact.name, text)


@pytest.mark.parametrize("verb", STAYING)
def test_words_of_officers_are_kept_byte_by_byte_and_shown_escaped(office, verb):
    role, status = PLACES[verb]
    browser = _chinese(office.sign_in(role))
    send, case_id = Sender(browser, f"/admin/cases/{office.case(status)}/do/{verb}"), office.case(status)
    done = []
    for text in some(verb):
        answer = calm(send(f"/admin/cases/{case_id}/do/{verb}", **_facts(verb, text)), 302, about=text)
        if answer.status_code == 302:
            _read_back(office, case_id, _facts(verb, text))
            done.append(sent(text).strip())
    page = browser.get(f"/admin/cases/show/{case_id}").text
    assert len(done) > len(some(verb)) // 3
    assert [text for text in done if str(escape(text)) not in page] == []
    assert "alert(1)</script>" not in page


def _read_back(office, case_id, facts):
    """The words as they were sent."""
    kept = _kept(office, case_id)
    for name, text in facts.items():
        if name in ("reason", "note", "what", "text", "measure", "reply", "result", "basis"):
            assert sent(text).strip() in kept, (name, text, kept)


def _kept(office, case_id):
    with office.app.app_context(), acting(SYSTEM):
        case = db.session.get_one(Case, case_id)
        events = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq.desc())
        last = db.session.scalars(events).first()
        return {case.reply or "", case.result or "", last.note or "", *(str(value) for value in last.facts.values())}

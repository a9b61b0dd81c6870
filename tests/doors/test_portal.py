"""Filing on the public pages: chosen, typed, checked, received, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.access import SYSTEM
from app.extensions import clock, db
from app.models.case import Case
from app.models.scope import acting
from app.portal import receipt

FORM = "/complain/A10?region=410105"


@pytest.fixture
def cases(app):
    """Reads all cases with what the tests look at."""

    def read():
        with app.app_context(), acting(SYSTEM):
            rows = list(db.session.scalars(select(Case).order_by(Case.id)))
            for row in rows:
                assert (row.complainant, row.respondent, row.matter) is not None
            return rows

    return read


def receipt_of(text):
    """Number and code, as the receipt shows them."""
    shown = [re.sub(r"<[^>]+>", "", dd) for dd in re.findall(r"<dd>(.*?)</dd>", text)]
    return shown[0], (shown[1:] or [""])[0]


def test_a_complaint_is_filed_and_its_receipt_can_be_opened_again(visitor, complaint, cases):
    answer = visitor.send(FORM, **complaint)
    assert (answer.status_code, answer.location[:19]) == (303, "/complain/done?n=TS")
    number, code = receipt_of(visitor.get("/complain/done").text)
    assert receipt_of(visitor.get("/complain/done").text) == (number, code)
    (case,) = cases()
    assert (case.receipt_no, case.channel, case.status) == (number, "online", "pending_accept")
    assert (case.matter.code, case.region_code, str(case.occurred_on)) == ("A10", "410105", "2026-03-02")
    assert case.form == {"fee_name": "Handling fee", "fee_amount": "1200.50", "fee_date": "2026-03-01"}
    assert (case.complainant.kind, case.complainant.phone) == ("company", "13812341234")
    assert len(code) == 16
    assert case.filed_by_id is None


def test_a_phone_is_a_mobile_channel_and_no_matter_is_for_the_centre_to_find(visitor, complaint, cases):
    del complaint["form.fee_name"], complaint["form.fee_amount"], complaint["form.fee_date"]
    visitor.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0"
    visitor.send("/complain/unknown?region=410100", **complaint)
    (case,) = cases()
    assert (case.channel, case.status, case.matter) == ("mobile", "pending_classify", None)


def test_of_somebody_anonymous_no_name_is_kept(visitor, complaint, cases):
    visitor.send(FORM, **{**complaint, "complainant.anonymous": "yes", "is_confidential": "yes"})
    (case,) = cases()
    assert (case.complainant.name, case.complainant.org_name) == (None, None)
    assert case.complainant.is_anonymous
    assert case.is_confidential
    assert case.complainant.phone == "13812341234"


def test_a_department_is_known_by_its_exact_name(app, visitor, complaint, cases):
    name = re.search(r'<option value="([^"]+)">', visitor.get(FORM).text)[1]
    visitor.send(FORM, **{**complaint, "respondent.name": name})
    assert cases()[0].respondent_department_id is not None


def test_everything_wrong_is_named_at_once_and_everything_typed_is_kept(visitor, complaint, cases):
    typed = {"title": "Kept title", "body": "Kept body", "complainant.phone": "12", "occurred_on": "2026-02-30"}
    answer = visitor.send(FORM, **typed, **{"form.fee_amount": "a lot"})
    assert answer.status_code == 422
    assert not cases()
    wrong = set(re.findall(r'<a href="#([\w-]+)">', answer.text))
    assert {
        "promise",
        "occurred-on",
        "respondent-name",
        "complainant-name",
        "complainant-phone",
        "complainant-kind",
        "complainant-anonymous",
        "form-fee-amount",
        "form-fee-name",
        "form-fee-date",
    } <= wrong
    for name in wrong:
        assert f'id="{name}"' in answer.text, name
    assert answer.text.count('aria-invalid="true"') == len(wrong)
    for text in ("Kept title", "Kept body", "a lot", "2026-02-30"):
        assert text in answer.text


def test_a_form_sent_twice_is_one_case_and_the_code_is_still_shown(visitor, complaint, cases):
    visitor.send(FORM, **complaint)
    first = receipt_of(visitor.get("/complain/done").text)
    assert visitor.send(FORM, **complaint).status_code == 303
    assert receipt_of(visitor.get("/complain/done").text) == first
    assert len(cases()) == 1


def test_a_lost_answer_loses_no_code(app, visitor, complaint, cases, monkeypatch):
    visitor.send(FORM, **complaint)
    first = receipt_of(visitor.get("/complain/done").text)
    other = app.test_client()
    other.send(FORM, **complaint)
    assert receipt_of(other.get("/complain/done").text) == first
    assert complaint["token"] not in (cases()[0].external_no, cases()[0].query_code_hash)
    later = clock.now() + timedelta(minutes=31)
    late = app.test_client()
    with monkeypatch.context() as moved:
        moved.setattr(type(clock), "now", lambda _: later)
        late.send(FORM, **complaint)
    assert receipt_of(late.get("/complain/done").text) == (first[0], "")


def test_a_changed_form_with_an_old_token_asks_before_it_files_again(visitor, complaint, cases):
    visitor.send(FORM, **complaint)
    answer = visitor.send(FORM, **{**complaint, "title": "Another title"})
    assert answer.status_code == 422
    assert "Another title" in answer.text
    token = re.search(r'name="token" value="([^"]+)"', answer.text)[1]
    assert token != complaint["token"]
    visitor.send(FORM, **{**complaint, "title": "Another title", "token": token})
    assert len(cases()) == 2


def test_a_made_up_token_is_replaced(visitor, complaint, cases):
    for _ in range(2):
        visitor.send(FORM, **{**complaint, "token": "x' OR 1=1"})
    assert len(cases()) == 2


def test_the_receipt_is_gone_after_finishing_and_after_half_an_hour(visitor, complaint, monkeypatch):
    visitor.send(FORM, **complaint)
    assert visitor.send("/complain/finish", page="/complain/done").location == "/"
    assert visitor.get("/complain/done").location == "/track"
    visitor.send(FORM, **{**complaint, "token": ""})
    assert visitor.get("/complain/done").status_code == 200
    assert visitor.get("/complain/done?n=TS2611240000019").status_code == 200
    later = clock.real().timestamp() + receipt.KEPT + 2
    monkeypatch.setattr(type(clock), "real", lambda _: clock.now().fromtimestamp(later, clock.now().tzinfo))
    assert visitor.get("/complain/done").location == "/track"
    assert visitor.get("/complain/done?n=TS2611240000019").location == "/track?n=TS2611240000019"


def test_the_one_page_needs_a_matter_and_a_place(visitor):
    assert visitor.get("/complain/A10").location == "/complain?matter=A10"
    assert visitor.get("/complain/ZZ?region=410105").status_code == 404


@pytest.mark.parametrize("name", ["title", "body", "respondent.name", "complainant.name", "form.fee_name"])
def test_markup_is_shown_as_text_wherever_it_is_typed(visitor, complaint, name):
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    shown = visitor.send(FORM, **{**complaint, name: attack, "promise": ""}).text
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\ud800", "\x85" * 9, "9" * 100_000, "\u202e\ufeff", "%s%(x)s{0}{{7331*7}}"]
)
@pytest.mark.parametrize("name", ["title", "occurred_on", "complainant.phone", "complainant.kind", "token", "promise"])
def test_naughty_texts_never_break_anything(visitor, complaint, name, text):
    raw = "&".join(f"{key}={_quoted(value)}" for key, value in {**complaint, name: text}.items())
    raw += f"&csrf_token={visitor.token(FORM)}"
    answer = visitor.post(FORM, data=raw.encode(), content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {303, 400, 422}
    assert "51317" not in answer.text


def _quoted(text):
    from urllib.parse import quote

    return quote(text.encode("utf-8", "surrogatepass"))


def test_without_a_csrf_token_nothing_is_filed(visitor, complaint, cases):
    answer = visitor.post(FORM, data=complaint)
    assert answer.status_code == 400
    assert not cases()


def test_a_form_over_https_needs_no_referrer(visitor, complaint, cases):
    secure = {"base_url": "https://localhost"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(FORM, **secure).text)[1]
    assert visitor.post(FORM, data={**complaint, "csrf_token": token}, **secure).status_code == 303
    assert len(cases()) == 1


def test_an_officer_who_is_signed_in_files_like_everybody(app, complaint, cases):
    from werkzeug.security import generate_password_hash

    from tests import factories
    from tests.pages import sign_in

    with app.app_context(), acting(SYSTEM):
        user = factories.officer("intake", at=factories.CENTRE)
        user.password = generate_password_hash("Pass-Word-1x", method="pbkdf2:sha256:1")
        db.session.commit()
        name = user.username
    client = sign_in(app, name)
    assert client.send(FORM, **complaint).status_code == 303
    assert cases()[-1].filed_by_id is None

"""Text messages: fixed fields, nothing personal, whole parts, quiet nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import CHINA
from app.domain.errors import Invalid
from app.domain.messages import (
    AUDIENCE,
    FIELDS,
    SAMPLES,
    Audience,
    MessageKind,
    check_template,
    not_before,
    notice,
    render,
    segments,
)

many = settings(max_examples=300, deadline=None, database=None)


def fault(call, *arguments):
    with pytest.raises(Invalid) as caught:
        call(*arguments)
    return caught.value.fields


def test_every_kind_has_an_audience_fields_and_samples():
    assert set(AUDIENCE) == set(FIELDS) == set(SAMPLES) == set(MessageKind)
    assert all(SAMPLES[kind].keys() == FIELDS[kind] for kind in MessageKind)
    assert AUDIENCE[MessageKind.RECEIVED] is Audience.COMPLAINANT
    assert AUDIENCE[MessageKind.ESCALATED_UP] is Audience.SUPERIOR


def test_no_kind_offers_a_name_a_respondent_a_matter_or_a_result():
    offered = set().union(*FIELDS.values())
    assert offered == {
        "receipt_no", "case_no", "due", "days", "n", "m", "code", "query_code", "token", "link"
    }  # fmt: skip


def test_fields_are_filled_and_filled_values_are_not_read_again():
    assert render("To {case_no}, by {due}.", MessageKind.ASSIGNED, {"case_no": "{due}", "due": "2026-12-31"}) == (
        "To {due}, by 2026-12-31."
    )
    assert render("No fields", MessageKind.OTP, {}) == "No fields"


@pytest.mark.parametrize(
    "text",
    [
        "{name}",
        "{code.__class__}",
        "{code[0]}",
        "{code:>20}",
        "{code!r}",
        "{0}",
        "{}",
        "{{code}}",
        "{code",
        "code}",
        "{Code}",
        "{case_no}",
    ],
)
def test_only_plain_fields_of_the_kind(text):
    assert set(fault(render, text, MessageKind.OTP, {"code": "1"})) == {"text"}
    assert set(fault(check_template, MessageKind.OTP, text)) == {"text"}


def test_a_value_that_the_kind_does_not_offer_is_refused():
    assert fault(render, "{code}", MessageKind.OTP, {"code": "1", "name": "Zhang"}) == {
        "values": "This message must not carry that value."
    }


@pytest.mark.parametrize("values", [{}, {"code": ""}])
def test_a_field_without_a_value_is_refused(values):
    assert fault(render, "{code}", MessageKind.OTP, values) == {"values": "A field of the template has no value."}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MessageKind.CLOSED, "  "),
        (MessageKind.CLOSED, "【站】{case_no}"),
        (MessageKind.CLOSED, "{case_no}】"),
        (MessageKind.CLOSED, "a\nb"),
        (MessageKind.CLOSED, "a\x00b"),
        (MessageKind.CLOSED, "a\ud800b"),
        (MessageKind.OTP, "no code"),
        (MessageKind.QUERY_CODE, "{receipt_no}"),
        (MessageKind.RATE, "{case_no} {due}"),
        (MessageKind.CLOSED, "长" * 269),
    ],
)
def test_templates_that_cannot_be_used(kind, text):
    assert set(fault(check_template, kind, text)) == {"text"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MessageKind.CLOSED, "投诉{case_no}已办结。"),
        (MessageKind.CLOSED, "长" * 268),
        (MessageKind.RATE, "{token}"),
        (MessageKind.RATE, "请评价：{link}"),
    ],
)
def test_templates_that_can_be_used(kind, text):
    check_template(kind, text)


@many
@given(st.text(max_size=60), st.sampled_from(MessageKind))
def test_a_template_that_passes_the_check_renders(text, kind):
    try:
        check_template(kind, text)
    except Invalid:
        return
    assert render(text, kind, SAMPLES[kind])


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (63, 1), (64, 2), (127, 2), (128, 3), (194, 3), (195, 4)])
def test_parts_count_the_signature(length, parts):
    assert segments("字" * length, "【豫营商投诉】"[:7]) == parts


def test_a_character_outside_the_first_plane_counts_twice():
    assert segments("\U0001f600" * 35) == 1
    assert segments("\U0001f600" * 35 + "a") == 2
    assert segments("\ud800") == 1


def china(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (china(24, 8), china(24, 8)),
        (china(24, 20, 59), china(24, 20, 59)),
        (china(24, 21), china(25, 8)),
        (china(24, 23, 59), china(25, 8)),
        (china(24, 0), china(24, 8)),
        (china(24, 7, 59), china(24, 8)),
        (china(30, 22), china(30, 8) + timedelta(days=1)),
    ],
)
def test_quiet_hours(now, then):
    assert not_before(now.astimezone(UTC)) == then
    assert not_before(now).tzinfo is UTC


def test_a_one_time_code_goes_at_night():
    assert not_before(china(24, 23), MessageKind.OTP) == china(24, 23)
    assert not_before(china(24, 23), MessageKind.CLOSED) == china(25, 8)


@pytest.mark.parametrize(
    ("clock", "verb", "audience", "kind"),
    [
        ("accept", "remind", "centre_intake", MessageKind.ACCEPT_DUE_SOON),
        ("follow_up", "remind", "centre_callers", MessageKind.FOLLOW_UP_DUE_SOON),
        ("handle", "remind", "unit_officers", MessageKind.DUE_SOON),
        ("sign", "mark_overdue", "unit_officers", MessageKind.OVERDUE),
        ("handle", "escalate", "unit_leader", MessageKind.ESCALATED),
        ("accept", "escalate", "centre_leader", MessageKind.ESCALATED),
        ("handle", "escalate", "superior", MessageKind.ESCALATED_UP),
    ],
)
def test_the_message_of_a_step(clock, verb, audience, kind):
    assert notice(clock, verb, audience) is kind

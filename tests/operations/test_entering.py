"""The day on which a paper or a call came in: entered within one working day, or late; and what is kept beside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.errors import Invalid
from tests.factories import NOW, file, filing, read


def entering(case_id):
    return [row for row in read(case_id).deadlines if row.kind == "enter"]


@pytest.mark.parametrize(
    ("received_on", "is_late"), [(date(2026, 11, 24), False), (date(2026, 11, 23), False), (date(2026, 11, 20), True)]
)
def test_the_clock_is_met_or_missed_when_it_is_filed(db, received_on, is_late):
    case_id = file(channel="letter", received_on=received_on).case_id
    (row,) = entering(case_id)
    assert (row.met_at, row.ended_at, row.next_check_at) == (NOW, NOW, None)
    assert row.overdue_at == (NOW if is_late else None)
    assert row.due_on.isoweekday() in range(1, 6)
    accept = next(row for row in read(case_id).deadlines if row.kind == "accept")
    assert accept.started_at == NOW
    assert read(case_id).received_on == received_on


def test_without_a_day_or_under_an_older_rule_there_is_no_such_clock(db):
    assert entering(file().case_id) == []
    old = datetime(2024, 3, 4, tzinfo=UTC)
    assert entering(file(old, received_on=date(2024, 3, 1)).case_id) == []


def test_it_cannot_come_in_tomorrow(db):
    with pytest.raises(Invalid) as caught:
        file(received_on=date(2026, 11, 25))
    assert set(caught.value.fields) == {"received_on"}


def test_a_filing_without_it_is_the_same_content_as_ever():
    assert "received_on" not in filing().canonical()
    assert "received_on" in filing(received_on=date(2026, 11, 24)).canonical()

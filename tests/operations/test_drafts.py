"""Drafts are kept for a day after they were last changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.access import complainant
from app.domain.errors import Invalid
from app.models.scope import acting
from app.operations import drafts
from tests.factories import NOW

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def public(db):
    with acting(complainant(0)):
        yield
        db.session.remove()


def test_a_draft_is_read_changed_and_removed_by_its_token():
    token = drafts.begin({"title": "a\u2028\ud800\0"}, NOW)
    assert drafts.read(token, NOW) == {"title": "a\u2028\ud800\0"}
    assert drafts.write(token, {"title": "b"}, NOW + DAY / 2)
    assert drafts.read(token, NOW + DAY) == {"title": "b"}
    assert drafts.read("\ud800", NOW) is None
    assert not drafts.write("nonsense", {}, NOW)
    drafts.drop(token)
    assert drafts.read(token, NOW) is None


def test_what_is_over_is_swept():
    token = drafts.begin({}, NOW)
    assert (drafts.over_count(NOW), drafts.sweep(NOW)) == (0, 0)
    assert drafts.read(token, NOW + DAY) is None
    assert (drafts.over_count(NOW + DAY), drafts.sweep(NOW + DAY)) == (1, 1)


def test_a_draft_has_an_end():
    with pytest.raises(Invalid):
        drafts.begin({"body": "x" * drafts.MOST}, NOW)

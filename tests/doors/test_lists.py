"""Lists read from columns answer what lists of objects answer, to everybody, and never read an object."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.api.cases import CaseApi
from app.api.nouns import APIS
from app.domain.lifecycle import Status
from app.fab.interface import HuiyinInterface
from app.models.case import Case
from tests import factories

BY_OBJECTS = {"AcceptanceRule", "Complainant", "FollowUp", "Message", "Officer"}
"""Nouns whose lists hold something worked out in Python: a mask, a full name."""
ALL = (CaseApi, *APIS)


def planned():
    return [api for api in ALL if api.datamodel.plan(api.list_columns)]


def test_lists_are_read_from_columns_wherever_they_can_be():
    assert {api.noun for api in ALL} - {api.noun for api in planned()} == BY_OBJECTS


@pytest.fixture
def filed(office):
    """Cases with everything that can hang on one, a confidential and an anonymous one among them."""
    return [office.case(Status.CLOSED), office.case(Status.INVESTIGATING), office.case(Status.PENDING_ACCEPT)]


@pytest.mark.parametrize("role", ["platform_admin", "handler", "intake", "city_admin"])
def test_an_answer_is_the_one_that_objects_give(app, db, filed, rest, monkeypatch, role):
    client = rest(role, at=factories.LEAD if role == "handler" else "")
    by_columns = {api.plural: client("GET", f"{api.plural}/") for api in planned()}
    monkeypatch.setattr(HuiyinInterface, "plan", lambda *_: None)
    for plural, answer in by_columns.items():
        assert answer.get_json() == client("GET", f"{plural}/").get_json(), plural
    assert by_columns["cases"].get_json()["count"] > 0


def test_a_list_makes_no_object_of_what_it_lists(app, db, filed, rest):
    client, made = rest("platform_admin"), []

    def note(row, _):
        made.append(row)

    event.listen(Case, "load", note)
    try:
        for plural in ("cases", "assignments", "deadlines", "case-events"):
            assert client("GET", f"{plural}/").get_json()["result"]
    finally:
        event.remove(Case, "load", note)
    assert made == []

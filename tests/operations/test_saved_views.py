"""Saved views: one's own are one's own, shared ones belong to a role and are written by who configures the program."""

from __future__ import annotations

import pytest

from app.domain.access import Role
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.models.housekeeping import ConfigurationChange
from app.operations import saved_views
from tests.factories import NOW, actor, officer

QUERY = "_flt_8_status=pending_accept"


@pytest.fixture
def people(db):
    """Three actors with rows of their own: two intake officers and the administrator."""
    return [actor(role, user_id=officer(role).id) for role in (Role.INTAKE, Role.INTAKE, Role.PLATFORM_ADMIN)]


def names(rows):
    return [row.name for row in rows]


def save(by, name="Mine", **more):
    return saved_views.save("Case", name, QUERY, by, NOW, **more).id


def test_a_view_of_ones_own_is_seen_by_nobody_else(people):
    one, other, boss = people
    save(one, "  Mine   of today ")
    assert names(saved_views.usable("Case", one)) == ["Mine of today"]
    assert saved_views.usable("Deadline", one) == []
    for somebody in (other, boss):
        assert saved_views.usable("Case", somebody) == []
        assert saved_views.changeable("Case", somebody) == []


def test_a_shared_view_is_for_everybody_of_the_role_and_is_logged(people):
    one, other, boss = people
    save(boss, "For intake", role="intake")
    for somebody in (one, other):
        assert names(saved_views.usable("Case", somebody)) == ["For intake"]
        assert saved_views.changeable("Case", somebody) == []
    assert saved_views.usable("Case", boss) == []
    assert names(saved_views.changeable("Case", boss)) == ["For intake"]
    logged = db.session.query(ConfigurationChange).filter_by(noun="SavedView").one()
    assert (logged.kind, logged.row_label, logged.user_name) == ("create", "For intake", boss.name)


def test_only_who_configures_shares_and_only_with_roles_there_are(people):
    one, _, boss = people
    with pytest.raises(Refused):
        save(one, role="intake")
    for role in ("system", "nobody"):
        with pytest.raises(Invalid):
            save(boss, role=role)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_name_is_needed_and_short(people, name):
    with pytest.raises(Invalid) as raised:
        save(people[0], name)
    assert set(raised.value.fields) == {"name"}


def test_a_state_that_is_too_long_is_refused(people):
    with pytest.raises(Invalid):
        saved_views.save("Case", "Long", "x" * 2001, people[0], NOW)


@pytest.mark.parametrize("role", ["", "intake"])
def test_a_name_is_given_once_by_an_owner(people, role):
    boss = people[2]
    save(boss, role=role)
    with pytest.raises(Invalid) as raised:
        save(boss, role=role)
    assert raised.value.fields == {"name": "Already exists."}
    save(boss, role="" if role else "intake")


def test_there_is_an_end_to_how_many(people, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 2)
    for name in ("a", "b"):
        save(people[0], name)
    with pytest.raises(Invalid):
        save(people[0], "c")
    save(people[1], "c")


def test_one_default_for_an_owner(people):
    one, other, boss = people
    first, second = (save(one, name, is_default=True) for name in ("a", "b"))
    save(other, is_default=True)
    save(boss, role="intake", is_default=True)
    assert {row.name: row.is_default for row in saved_views.changeable("Case", one)} == {"a": False, "b": True}
    saved_views.change(first, one, NOW, name="a", is_default=True, position=0)
    db.session.expire_all()
    assert {row.id: row.is_default for row in saved_views.changeable("Case", one)} == {first: True, second: False}
    assert saved_views.changeable("Case", other)[0].is_default
    assert saved_views.usable("Case", one)[0].is_default


def test_views_are_renamed_and_moved_by_their_owner_alone(people):
    one, other, boss = people
    ids = [save(one, name) for name in ("a", "b")]
    saved_views.change(ids[0], one, NOW, name="z", is_default=False, position=5)
    assert names(saved_views.usable("Case", one)) == ["b", "z"]
    for somebody in (other, boss):
        with pytest.raises(NotFound):
            saved_views.change(ids[0], somebody, NOW, name="y", is_default=False, position=1)
        with pytest.raises(NotFound):
            saved_views.remove(ids[0], somebody, NOW)
    with pytest.raises(NotFound):
        saved_views.remove(2_000_000_000, one, NOW)
    for position in (-1, 1000):
        with pytest.raises(Invalid):
            saved_views.change(ids[0], one, NOW, name="z", is_default=False, position=position)


def test_a_taken_name_changes_nothing(people):
    one = people[0]
    ids = [save(one, name) for name in ("a", "b")]
    with pytest.raises(Invalid):
        saved_views.change(ids[0], one, NOW, name="b", is_default=False, position=0)
    assert names(saved_views.usable("Case", one)) == ["a", "b"]


def test_views_are_deleted_shared_ones_by_who_shares(people):
    one, _, boss = people
    own, shared = save(one, is_default=True), save(boss, role="intake")
    with pytest.raises(NotFound):
        saved_views.remove(shared, one, NOW)
    saved_views.remove(own, one, NOW)
    saved_views.remove(shared, boss, NOW)
    assert saved_views.usable("Case", one) == []
    kinds = [row.kind for row in db.session.query(ConfigurationChange).filter_by(noun="SavedView")]
    assert kinds == ["create", "delete"]

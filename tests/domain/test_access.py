"""Who may see what: scopes by role and level, and the complainant of a confidential case."""

from __future__ import annotations

import pytest

from app.domain.access import CLOCK, SYSTEM, Actor, Role, Scope, complainant, scope_of, sees_complainant

LEVELS = {"province": Scope.PROVINCE, "city": Scope.CITY, "county": Scope.COUNTY, "zone": Scope.COUNTY}


@pytest.mark.parametrize(("level", "scope"), [*LEVELS.items(), ("", Scope.NOTHING), ("moon", Scope.NOTHING)])
def test_a_centre_role_sees_its_level(level, scope):
    assert scope_of(frozenset({Role.INTAKE}), level) is scope
    assert scope_of(frozenset({Role.INTAKE, Role.HANDLER}), level) is scope


def test_other_roles():
    assert scope_of(frozenset({Role.HANDLER}), "city") is Scope.UNIT
    assert scope_of(frozenset({Role.WINDOW}), "city") is Scope.FILED
    assert scope_of(frozenset({Role.API_CLIENT}), "province") is Scope.FILED
    assert scope_of(frozenset({Role.SECURITY_ADMIN}), "province") is Scope.NOTHING
    assert scope_of(frozenset(), "province") is Scope.NOTHING


def test_a_unit_never_sees_the_complainant_of_a_confidential_case():
    unit, centre = Actor(Scope.UNIT, "u"), Actor(Scope.PROVINCE, "c")
    assert sees_complainant(unit, is_confidential=False)
    assert not sees_complainant(unit, is_confidential=True)
    assert sees_complainant(centre, is_confidential=True)
    assert not sees_complainant(Actor(Scope.NOTHING, "n"), is_confidential=False)


def test_words_for_the_timeline():
    kinds = [CLOCK.kind, SYSTEM.kind, complainant(1).kind, Actor(Scope.UNIT, "u", frozenset({Role.HANDLER})).kind]
    assert kinds == ["clock", "system", "complainant", "officer"]
    assert Actor(Scope.FILED, "a", frozenset({Role.API_CLIENT})).kind == "client"


@pytest.mark.parametrize(
    ("code", "ends"), [("410100", ("4101", "4102")), ("410173", ("410173", "410174")), ("", ("", ""))]
)
def test_a_code_range_is_half_open(code, ends):
    actor = Actor(Scope.CITY, "c", region_code=code)
    assert (actor.region_lo, actor.region_hi) == ends

"""Who may see what: scopes by role and level, and the complainant of a confidential case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import (
    CALLING,
    CENTRE,
    CLOCK,
    SHIPPED,
    SYSTEM,
    Actor,
    Part,
    Relation,
    Role,
    Scope,
    Seen,
    Ties,
    complainant,
    relation_of,
    scope_of,
    seen,
    sees_complainant,
)

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


COMPLAINANT_PARTS = (Part.NAME, Part.PHONE)
SHOWN = (Seen.MASKED, Seen.ON_REASON, Seen.OPEN)
PLAIN = Ties(is_confidential=False, is_anonymous=False)
anybody = st.builds(
    lambda roles, level, user, unit: Actor(scope_of(roles, level), "a", roles, user, unit),
    st.frozensets(st.sampled_from(sorted(SHIPPED)), max_size=3),
    st.sampled_from(["", *LEVELS]),
    st.integers(0, 3),
    st.integers(0, 3),
)
any_case = st.builds(Ties, st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 3))


def among(*scopes):
    """Somebody of one of these scopes."""
    return st.builds(lambda actor, scope: replace(actor, scope=scope), anybody, st.sampled_from(scopes))


OFFICES = (Scope.PROVINCE, Scope.CITY, Scope.COUNTY, Scope.UNIT, Scope.FILED)


@given(among(*OFFICES), any_case, st.integers(1, 3))
def test_the_respondents_side_never_sees_a_complainant_field(actor, ties, unit):
    actor, ties = replace(actor, department_id=unit), replace(ties, respondent_department_id=unit)
    assert {seen(actor, part, ties) for part in Part} == {Seen.HIDDEN}


@given(among(Scope.UNIT), any_case)
def test_a_unit_never_sees_the_complainant_of_a_confidential_case(actor, ties):
    ties = replace(ties, is_confidential=True)
    assert {seen(actor, part, ties) for part in COMPLAINANT_PARTS} == {Seen.HIDDEN}


@given(among(Scope.FILED), any_case)
def test_who_merely_files_sees_the_complainant_of_what_it_filed_and_that_masked(actor, ties):
    is_own = actor.user_id > 0 and actor.user_id == ties.filed_by_id
    assert seen(actor, Part.INSIDE, ties) is Seen.HIDDEN
    for part in COMPLAINANT_PARTS:
        assert seen(actor, part, ties) in ((Seen.MASKED, Seen.HIDDEN) if is_own else (Seen.HIDDEN,))


@given(among(*OFFICES, Scope.NOTHING), any_case)
def test_no_officer_sees_a_name_or_phone_in_the_clear_without_a_reason(actor, ties):
    parts = {part: seen(actor, part, ties) for part in COMPLAINANT_PARTS}
    assert Seen.OPEN not in parts.values()
    if Seen.ON_REASON in parts.values():
        assert actor.roles & CALLING
    if ties.is_anonymous:
        assert parts[Part.NAME] is not Seen.ON_REASON
        assert actor.scope is not Scope.UNIT or parts[Part.PHONE] is not Seen.ON_REASON
    assert (parts[Part.PHONE] is not Seen.HIDDEN) is sees_complainant(actor, ties)


@given(among(Scope.NOTHING), any_case)
def test_nobody_without_a_scope_sees_anything(actor, ties):
    assert {seen(actor, part, ties) for part in Part} == {Seen.HIDDEN}


@given(among(*OFFICES, Scope.NOTHING), any_case)
def test_a_case_of_which_nothing_is_known_shows_least(actor, ties):
    order = [Seen.HIDDEN, Seen.MASKED, Seen.ON_REASON, Seen.OPEN]
    if relation_of(actor, ties) in (Relation.CENTRE, Relation.UNIT):
        for part in COMPLAINANT_PARTS:
            assert order.index(seen(actor, part, Ties())) <= order.index(seen(actor, part, ties))


@pytest.mark.parametrize("role", sorted(CENTRE))
def test_the_centre_sees_the_masked_complainant_whoever_it_is(role):
    actor = Actor(Scope.PROVINCE, "c", frozenset({role}), department_id=1)
    for ties in (PLAIN, Ties(), Ties(respondent_department_id=2)):
        assert {seen(actor, part, ties) for part in COMPLAINANT_PARTS} <= set(SHOWN)
    asks = Seen.ON_REASON if role in CALLING else Seen.MASKED
    assert seen(actor, Part.PHONE, Ties()) is seen(actor, Part.NAME, PLAIN) is asks
    assert seen(actor, Part.INSIDE, PLAIN) is Seen.OPEN


def test_units_ask_for_a_name_in_a_plain_case_only():
    unit = Actor(Scope.UNIT, "u", frozenset({Role.HANDLER}), department_id=1)
    assert {seen(unit, part, PLAIN) for part in COMPLAINANT_PARTS} == {Seen.ON_REASON}
    anonymous = Ties(is_confidential=False, is_anonymous=True)
    assert {seen(unit, part, anonymous) for part in COMPLAINANT_PARTS} == {Seen.MASKED}


def test_complainant_and_system():
    assert {seen(complainant(1), part, Ties()) for part in COMPLAINANT_PARTS} == {Seen.MASKED}
    assert seen(complainant(1), Part.INSIDE, PLAIN) is Seen.HIDDEN
    assert {seen(SYSTEM, part, Ties()) for part in Part} == {Seen.OPEN}
    assert relation_of(CLOCK, PLAIN) is Relation.SYSTEM


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

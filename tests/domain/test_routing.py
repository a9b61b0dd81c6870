"""Routing in a small province: climbing, rules by level, the respondent, co-handlers, what always holds."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.routing import Directory, Place, Route, Rule, TraceLine, Unit, route

# 10 province > 11 city > 1101 county, 1173 zone; 12 a city whose code lies in another's range, like 410173.
REGIONS = {
    "10": Place("province", None),
    "11": Place("city", "10"),
    "1101": Place("county", "11"),
    "1102": Place("county", "11"),
    "1171": Place("zone", "11"),
    "1173": Place("city", "10"),
}
TYPES = {
    "10": ("RMZF", "YSHJ", "SCJG", "GX", "SL", "JW"),
    "11": ("RMZF", "YSHJ", "SCJG", "GX", "JW"),
    "1101": ("RMZF", "YSHJ", "SCJG"),
    "1102": ("RMZF", "YSHJ"),
    "1173": ("RMZF", "YSHJ", "SCJG"),
}
LEVELS = ("province", "city", "county")
RULES = {
    **{("A17", level): Rule("SCJG", ("GX", "SL", "GGFW", "GX")) for level in LEVELS},
    **{("A20", level): Rule("YSHJ") for level in LEVELS},
    **{("E01", level): Rule("RMZF", ("JW",)) for level in LEVELS},
    **{("C03", level): Rule("GGFW", ("SCJG", "RMZF")) for level in LEVELS},
    ("A99", "county"): Rule("SCJG"),
    ("A99", "city"): Rule("GX", ("GX",)),
}


def directory(types: dict[str, tuple[str, ...]] = TYPES, rules: dict[tuple[str, str], Rule] = RULES) -> Directory:
    """Return a directory whose departments are coded region-type."""
    units = {f"{region}-{kind}": Unit(kind, region) for region, kinds in types.items() for kind in kinds}
    return Directory({(unit[0], unit[1]): code for code, unit in units.items()}, units, REGIONS, rules)


PROVINCE = directory()


def codes(found: Route) -> list[str]:
    """Return the codes of the trace."""
    return [line.code for line in found.trace]


def test_the_regions_own_department_leads_and_the_trace_says_so() -> None:
    found = route(PROVINCE, "A20", "1101")
    assert (found.lead, found.co, found.is_escalated) == ("1101-YSHJ", (), False)
    assert found.trace == (
        TraceLine("rule", {"matter": "A20", "region": "1101", "lead": "YSHJ", "co": []}),
        TraceLine("chosen", {"role": "lead", "type": "YSHJ", "region": "1101", "department": "1101-YSHJ"}),
    )


def test_where_the_type_is_missing_the_level_above_answers() -> None:
    found = route(PROVINCE, "A17", "1102")
    assert (found.lead, found.co, found.is_escalated) == ("11-SCJG", ("11-GX", "10-SL"), False)
    assert (
        TraceLine("no_department", {"role": "lead", "type": "SCJG", "region": "1102", "department": None})
        == (found.trace[1])
    )
    assert TraceLine("unused_type", {"role": "co", "type": "GGFW"}) == found.trace[-1]


def test_a_zone_climbs_by_the_rule_of_a_county() -> None:
    assert route(PROVINCE, "A99", "1171").lead == "11-SCJG"
    assert route(PROVINCE, "A99", "11").lead == "11-GX"


def test_parents_count_and_code_prefixes_do_not() -> None:
    assert route(PROVINCE, "A99", "1173").lead == "10-GX"
    assert route(PROVINCE, "A17", "1173", "11-SCJG").lead == "1173-SCJG"
    assert not route(PROVINCE, "A17", "1173", "11-RMZF").is_escalated


@pytest.mark.parametrize(
    ("matter", "region", "respondent", "lead"),
    [
        ("A17", "1101", "1101-SCJG", "11-SCJG"),
        ("A17", "1101", "11-SCJG", "10-SCJG"),
        ("A17", "1101", "1101-RMZF", "11-SCJG"),
        ("A17", "1101", "11-RMZF", "10-SCJG"),
        ("A17", "1101", "10-SCJG", "10-RMZF"),
        ("A20", "10", "10-YSHJ", "10-RMZF"),
        ("A17", "1101", "10-RMZF", "10-YSHJ"),
        ("E01", "1101", "10-RMZF", "10-YSHJ"),
        ("E01", "1101", "1101-RMZF", "11-RMZF"),
    ],
)
def test_the_respondent_and_those_below_it_are_passed_over(
    matter: str, region: str, respondent: str, lead: str
) -> None:
    found = route(PROVINCE, matter, region, respondent)
    assert (found.lead, found.is_escalated) == (lead, True)
    assert {"is_respondent", "subordinate_of_respondent"} & set(codes(found))


@pytest.mark.parametrize("respondent", ["1102-YSHJ", "1101-YSHJ", "1101-SCJG", "1102-RMZF"])
def test_a_respondent_beside_the_lead_changes_nothing(respondent: str) -> None:
    found = route(PROVINCE, "E01", "1101", respondent)
    assert (found.lead, found.co, found.is_escalated) == ("1101-RMZF", ("11-JW",), False)


def test_co_handlers_skip_the_respondent_and_the_lead() -> None:
    assert route(PROVINCE, "A17", "1101", "11-GX").co == ("10-GX", "10-SL")
    assert not route(PROVINCE, "A17", "1101", "11-GX").is_escalated
    found = route(PROVINCE, "A99", "11")
    assert (found.lead, found.co, codes(found)[-1]) == ("11-GX", (), "is_lead")
    found = route(PROVINCE, "C03", "10")
    assert (found.lead, found.co, codes(found)[-1]) == ("10-RMZF", ("10-SCJG",), "is_lead")
    assert route(PROVINCE, "A17", "1101", "10-SL").co == ("11-GX",)


def test_a_type_that_nobody_has_falls_to_the_top_government() -> None:
    found = route(PROVINCE, "C03", "1101")
    assert (found.lead, found.co, found.is_escalated) == ("10-RMZF", ("1101-SCJG", "1101-RMZF"), False)
    assert "last_resort" in codes(found)
    assert route(PROVINCE, "C03", "1101", "10-RMZF").lead == "10-YSHJ"


def test_nobody_at_all() -> None:
    found = route(directory({"10": ("YSHJ",)}), "A20", "1101", "10-YSHJ")
    assert (found.lead, found.co, found.is_escalated) == (None, (), False)
    assert codes(found)[-2:] == ["is_respondent", "nobody"]


@pytest.mark.parametrize(
    ("matter", "region", "code"),
    [
        ("Z99", "1101", "no_rule"),
        (None, "1101", "no_rule"),
        ("A20", "99", "unknown_region"),
        ("A20", None, "unknown_region"),
        ("A99", "10", "no_rule"),
    ],
)
def test_the_unknown_is_traced_not_raised(matter: str | None, region: str | None, code: str) -> None:
    assert route(PROVINCE, matter, region, "10-YSHJ")[:2] == (None, ())
    assert codes(route(PROVINCE, matter, region)) == [code]


def test_a_respondent_that_is_no_department_is_traced() -> None:
    found = route(PROVINCE, "A20", "1101", "some company")
    assert (found.lead, codes(found)) == ("1101-YSHJ", ["rule", "unknown_respondent", "chosen"])


def test_regions_in_a_circle_do_not_hang() -> None:
    circle = {"a": Place("county", "b"), "b": Place("city", "a")}
    assert Directory({}, {}, circle, {}).climb("a") == ("a", "b")


every_type = tuple(sorted({kind for kinds in TYPES.values() for kind in kinds}))
some_types = st.fixed_dictionaries(
    {region: st.lists(st.sampled_from(every_type), unique=True).map(tuple) for region in REGIONS}
)
some_rules = st.builds(Rule, st.sampled_from(every_type), st.lists(st.sampled_from([*every_type, "GGFW"])).map(tuple))
some_respondent = st.sampled_from([None, *(f"{region}-{kind}" for region, kind in product(REGIONS, every_type))])


@settings(max_examples=500, deadline=None, database=None)
@given(some_types, some_rules, st.sampled_from(sorted(REGIONS)), some_respondent)
def test_what_always_holds(types: dict[str, tuple[str, ...]], rule: Rule, region: str, respondent: str | None) -> None:
    known = directory(types, {("A01", level): rule for level in LEVELS})
    found = route(known, "A01", region, respondent)
    assert found == route(directory(types, {("A01", level): rule for level in LEVELS}), "A01", region, respondent)
    chosen = [found.lead, *found.co] if found.lead else []
    assert respondent not in chosen
    assert len(chosen) == len(set(chosen))
    assert {known.units[code].region_code for code in chosen} <= set(known.climb(region))
    assert found.is_escalated <= (respondent in known.units and found.lead is not None)
    assert found.lead or not found.co
    assert not any(known.is_below(code, respondent or "") for code in found.co)
    assert json.loads(json.dumps(found.trace)) == [list(line) for line in found.trace]

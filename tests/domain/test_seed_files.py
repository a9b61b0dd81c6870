"""The seed files agree with the rules and with one another."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import pytest

from app.domain.calendar import Calendar
from app.domain.deadlines import Step, due, parse_limit, plan
from app.domain.forms import fields_of, form_hash, json_schema
from app.domain.lifecycle import ClockKind, VerbName
from app.domain.messages import (
    AUDIENCE,
    SAMPLES,
    Audience,
    MessageKind,
    check_template,
    notice,
    render,
    segments,
)
from app.domain.routing import Directory, Place, Rule, Unit, route
from app.domain.scoring import Satisfaction

SEEDS = Path(__file__).resolve().parents[2] / "app" / "models" / "seeds"


def rows(name):
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def data(name):
    return json.loads((SEEDS / f"{name}.json").read_text("utf-8"))


CATALOGUE, TEMPLATES, POLICIES = data("catalogue"), data("templates"), data("policies")["policies"]
REGIONS, DEPARTMENTS = rows("regions"), rows("departments")
TYPES = [each["code"] for each in CATALOGUE["department_types"]]


def codes(items):
    found = [each["code"] for each in items]
    assert len(found) == len(set(found))
    return found


def test_regions_form_one_tree():
    assert Counter(each["level"] for each in REGIONS) == {"province": 1, "city": 19, "county": 156}
    known = set(codes(REGIONS))
    assert [each["code"] for each in REGIONS if each["parent_code"] not in known] == ["410000"]


def test_zones_lie_in_cities():
    cities = {each["code"] for each in REGIONS if each["level"] == "city"}
    zones = rows("zones")
    assert len(zones) == 24
    assert {each["city_code"] for each in zones} <= cities
    assert {each["stat_code"] for each in zones} & {each["code"] for each in REGIONS} == {"410173"}


def test_departments_have_a_known_region_and_type():
    levels = {each["code"]: each["level"] for each in REGIONS}
    assert len(codes(DEPARTMENTS)) == 4036
    assert {each["type_code"] for each in DEPARTMENTS} <= set(TYPES)
    assert all(levels[each["region_code"]] == each["level"] for each in DEPARTMENTS)
    pairs = Counter((each["type_code"], each["region_code"]) for each in DEPARTMENTS if each["type_code"] != "OTHER")
    assert max(pairs.values()) == 1


def test_calendar_years():
    days = {date.fromisoformat(each["date"]): (each["kind"], each["holiday"]) for each in rows("calendar")}
    calendar = Calendar(days)
    assert len(days) == 583
    assert calendar.known_years == set(range(2010, 2027))
    assert {kind for kind, _ in days.values()} == {"off", "work"}


def test_five_categories_and_34_matters():
    assert codes(CATALOGUE["categories"]) == list("ABCDE")
    assert len(codes(CATALOGUE["matters"])) == 34
    assert Counter(each["category"] for each in CATALOGUE["matters"]) == {
        "A": 20,
        "B": 5,
        "C": 4,
        "D": 4,
        "E": 1,
    }
    kinds = [each["respondent_kind"] for each in CATALOGUE["categories"]]
    assert kinds == ["government", "judicial", "utility", "association", "authority"]


@pytest.mark.parametrize("matter", CATALOGUE["matters"], ids=lambda matter: matter["code"])
def test_a_matter(matter):
    form = fields_of(matter["fields"])
    assert form
    assert json_schema(form)["properties"].keys() == {each["key"] for each in matter["fields"]}
    assert form_hash(form)
    assert str(parse_limit(matter["handle_limit"])) == "30d"
    assert parse_limit(matter["handle_target"]).unit == "working_day"
    assert matter["name_en"].isascii()
    assert matter["extension_days"] == (60 if matter["code"] == "A08" else 30)
    assert {matter["lead"], *matter["co"]} <= set(TYPES)
    assert matter["lead"] not in matter["co"]
    assert matter["case_type"] in codes(CATALOGUE["dictionaries"]["case_type"])


def test_dictionaries_have_codes_and_two_names():
    dictionaries = CATALOGUE["dictionaries"]
    assert set(dictionaries) == {"channel", "case_type", "not_accept_reason", "close_type", "satisfaction"}
    named = [
        *CATALOGUE["categories"],
        *CATALOGUE["department_types"],
        *chain.from_iterable(dictionaries.values()),
    ]
    assert all(each["name"] and each["name_en"].isascii() for each in named)
    assert codes(dictionaries["satisfaction"]) == list(Satisfaction)
    assert len(codes(dictionaries["channel"])) == 10


def test_every_matter_finds_a_department_in_every_region():
    directory = Directory(
        {(each["type_code"], each["region_code"]): each["code"] for each in DEPARTMENTS},
        {each["code"]: Unit(each["type_code"], each["region_code"]) for each in DEPARTMENTS},
        {each["code"]: Place(each["level"], each["parent_code"] or None) for each in REGIONS},
        {
            (matter["code"], level): Rule(matter["lead"], tuple(matter["co"]))
            for matter in CATALOGUE["matters"]
            for level in ("province", "city", "county")
        },
    )
    routes = [route(directory, matter["code"], region["code"]) for matter in CATALOGUE["matters"] for region in REGIONS]
    assert len(routes) == 34 * 176
    assert all(found.lead for found in routes)
    unused = {line.params["type"] for found in routes for line in found.trace if line.code == "unused_type"}
    assert unused == {"GZ", "GGFW"}


def test_each_kind_of_message_has_one_template_of_one_part():
    signature = TEMPLATES["signature"]
    assert codes(TEMPLATES["templates"]) == list(MessageKind)
    for template in TEMPLATES["templates"]:
        kind = MessageKind(template["code"])
        check_template(kind, template["text"])
        text = render(template["text"], kind, SAMPLES[kind])
        assert segments(text, signature) == 1, (kind, len(signature + text))


def test_policies_follow_one_another():
    assert codes(POLICIES) == ["2023", "2024"]
    assert [each["valid_from"] for each in POLICIES] == ["1970-01-01", "2024-11-11"]
    assert [each["limits"]["accept"] for each in POLICIES] == ["5wd", "3wd"]
    assert [each["timeouts"].get("accept", {}).get("verb") for each in POLICIES] == [None, "deem_accepted"]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy["code"])
def test_a_policy(policy):
    steps_taken = set(ClockKind) - {ClockKind.ENTER}  # that one is met or missed when it begins
    own = {ClockKind.ENTER} if policy["code"] == "2024" else set()
    assert set(policy["ladders"]) == steps_taken
    assert set(policy["limits"]) == steps_taken | own | {"rework", "return"}
    assert set(policy["assumed"]) <= {*policy["limits"], "ladders"}
    assert all(parse_limit(limit) for limit in policy["limits"].values())
    assert all(each["verb"] in list(VerbName) and each["clause"] for each in policy["timeouts"].values())
    for clock, ladder in policy["ladders"].items():
        assert len({each["step"] for each in ladder}) == len(ladder)
        assert [each["offset"] for each in ladder] == sorted(each["offset"] for each in ladder)
        assert all(each["verb"] in ("remind", "mark_overdue", "escalate", "supplement") for each in ladder)
        assert all(Audience(each["audience"]) for each in ladder)
        assert AUDIENCE[notice(clock, "remind", "")] in {each["audience"] for each in ladder} or clock == "sign"


def test_a_ladder_plans_in_order():
    ladder = [
        Step(each["step"], each["offset"], each["verb"], each["audience"]) for each in POLICIES[1]["ladders"]["handle"]
    ]
    calendar = Calendar(
        {date.fromisoformat(each["date"]): (each["kind"], each["holiday"]) for each in rows("calendar")}
    )
    limit = due(datetime(2026, 9, 1, 2, tzinfo=UTC), parse_limit(POLICIES[1]["limits"]["handle"]), calendar)
    assert limit.due_on == date(2026, 10, 8)
    assert [step.code for step, _ in plan(limit, ladder, calendar)] == [
        "remind_3", "remind_1", "overdue", "escalate_1", "escalate_2"
    ]  # fmt: skip


def test_sources_are_named_for_every_file():
    text = (SEEDS / "SOURCES.md").read_text("utf-8")
    assert all(f"`{path.name}`" in text for path in SEEDS.glob("*.*") if path.name != "SOURCES.md")

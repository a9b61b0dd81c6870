"""Seeding: complete, safe to run again, and no enemy of an administrator's changes."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.access import SHIPPED, SYSTEM
from app.domain.deadlines import parse_limit
from app.domain.routing import route
from app.models.department import Department, DepartmentType
from app.models.housekeeping import Counter, SeedVersion
from app.models.matter import AcceptanceRule, Matter, MatterCategory
from app.models.message import MessageTemplate
from app.models.officer import RoleRow
from app.models.policy import CalendarDay, PolicyVersion
from app.models.region import Region
from app.operations import configuration, seed_files, seeding
from app.operations.books import STAMP, books
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path):
    """A copy of the seed files that a test may change."""
    copy = tmp_path / "seeds"
    shutil.copytree(seed_files.SEEDS, copy)
    return copy


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def edit(db, row, kind="update", **values):
    for name, value in values.items():
        setattr(row, name, value)
    configuration.save(row, kind, SYSTEM, NOW)


def one(db, model, **values):
    return db.session.scalars(select(model).filter_by(**values)).one()


def test_everything_is_there(db):
    counted = {
        Region: 199,
        DepartmentType: 37,
        Department: 4036,
        MatterCategory: 5,
        Matter: 34,
        AcceptanceRule: 102,
        CalendarDay: 583,
        PolicyVersion: 2,
        MessageTemplate: 24,
    }
    for model, count in counted.items():
        assert db.session.scalar(select(func.count(model.id))) == count, model
    assert set(db.session.scalars(select(RoleRow.name))) >= SHIPPED


def test_410173_is_a_city_and_a_zone_in_one(db):
    airport = one(db, Region, code="410173")
    assert (airport.level, airport.parent_code, airport.is_zone) == ("city", "410000", True)
    zones = db.session.scalars(select(Region).where(Region.level == "zone")).all()
    assert len(zones) == 23
    assert all(zone.is_zone and zone.parent.level == "city" for zone in zones)


def test_every_matter_finds_a_department_in_every_region(db):
    directory = books().directory
    assert all(route(directory, matter, region).lead for matter in books().matters for region in directory.regions)


def test_rows_carry_what_the_files_say(db):
    line = next(
        each
        for each in json.loads((seed_files.SEEDS / "catalogue.json").read_text("utf-8"))["matters"]
        if each["code"] == "A08"
    )
    matter = one(db, Matter, code="A08")
    assert (matter.name_en, matter.case_type, matter.fields) == (line["name_en"], "arrears", line["fields"])
    assert (matter.handle_value, matter.handle_unit) == (30, "day")
    assert matter.target_days == parse_limit(line["handle_target"]).value
    assert {kind.code for kind in one(db, AcceptanceRule, matter_id=matter.id, region_level="city").co_types} == {
        *set(line["co"]) - {"GZ"}
    }
    assert one(db, PolicyVersion, code="2024").content["refusal_level"] == "province"
    assert "refusal_level" not in one(db, PolicyVersion, code="2023").content
    assert one(db, MessageTemplate, kind="assigned").audience == "unit_officers"


def test_a_target_in_other_days_is_no_target_in_working_days(folder):
    change(folder, "catalogue.json", '"handle_target": "15wd"', '"handle_target": "15d"')
    rows = seed_files.matters(folder, dict.fromkeys("ABCDE", 1))
    assert [row["target_days"] for row in rows].count(None) == 1


def test_running_it_again_changes_nothing(db):
    stamp = db.session.get(Counter, STAMP).value
    applied = dict(db.session.execute(select(SeedVersion.name, SeedVersion.applied_at)).all())
    lines = seeding.seed(LATER)
    assert {line.rpartition(": ")[2] for line in lines[:-2]} == {"unchanged"}
    assert lines[-2] == "roles: 0 added"
    assert db.session.get(Counter, STAMP).value == stamp
    assert dict(db.session.execute(select(SeedVersion.name, SeedVersion.applied_at)).all()) == applied


def test_types_that_no_department_has_are_named_each_time(db):
    line = seeding.seed(LATER)[-1]
    assert line.startswith("co-handling types skipped")
    assert "GGFW" in line
    assert "GZ" in line


def test_nothing_is_named_where_nothing_is_skipped(db, folder):
    text = (folder / "catalogue.json").read_text("utf-8")
    catalogue = json.loads(text)
    for matter in catalogue["matters"]:
        matter["co"] = []
    (folder / "catalogue.json").write_text(json.dumps(catalogue), "utf-8")
    lines = seeding.seed(LATER, folder)
    assert lines[-1] == "roles: 0 added"
    assert "acceptance rules: 0 added, 96 updated" in lines
    assert one(db, AcceptanceRule, matter_id=one(db, Matter, code="A08").id, region_level="city").co_types == []


def test_a_changed_file_adds_and_updates_and_makes_the_books_new(db, folder):
    before = books().edition
    change(folder, "regions.csv", "410102,", "410198,Newtown,county,410100\n410102,")
    change(folder, "regions.csv", "\u91d1\u6c34\u533a", "Goldwater")
    lines = seeding.seed(LATER, folder)
    assert "regions: 1 added, 1 updated" in lines
    assert one(db, Region, code="410198").parent_code == "410100"
    assert one(db, Region, code="410105").name == "Goldwater"
    assert db.session.get(SeedVersion, "regions").applied_at == LATER
    assert books().edition != before


def test_what_an_administrator_changed_stays(db, folder):
    edit(db, one(db, MessageTemplate, kind="accepted"), text="Ours: {case_no}.")
    change(folder, "templates.json", "\u5df2\u53d7\u7406\u5e76\u8f6c", "\u5df2\u53d7\u7406\u3001\u8f6c")
    assert "message templates: 0 added, 0 updated, 1 left as edited" in seeding.seed(LATER, folder)
    assert one(db, MessageTemplate, kind="accepted").text == "Ours: {case_no}."


def test_what_an_administrator_deleted_does_not_come_back(db, folder):
    edit(db, one(db, CalendarDay, day=NOW.date().replace(month=1, day=1)), "delete")
    rule = one(db, AcceptanceRule, matter_id=one(db, Matter, code="A01").id, region_level="county")
    edit(db, rule, "delete")
    change(folder, "calendar.csv", "2010-01-01", "2009-12-31")
    change(folder, "catalogue.json", '"lead": "FGW"', '"lead": "SCJG"')
    lines = seeding.seed(LATER, folder)
    assert "calendar: 1 added, 0 updated, 1 left as edited" in lines
    assert "acceptance rules: 0 added, 2 updated, 1 left as edited" in lines


def test_missing_roles_are_made(db):
    db.session.delete(one(db, RoleRow, name="auditor"))
    db.session.commit()
    assert "roles: 1 added" in seeding.seed(LATER)
    assert one(db, RoleRow, name="auditor")


def test_a_file_that_cannot_be_used_changes_nothing(db, folder):
    change(folder, "regions.csv", "\u91d1\u6c34\u533a", "Goldwater")
    change(folder, "templates.json", "{receipt_no}", "{name}")
    with pytest.raises(Exception, match="does not offer"):
        seeding.seed(LATER, folder)
    assert one(db, Region, code="410105").name != "Goldwater"

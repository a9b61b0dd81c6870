"""A careless resource stops the program, naming class, attribute and column (FAB would open everything)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from app.fab.apis import HuiyinModelRestApi
from app.fab.charts import HuiyinChartView
from app.fab.check import LISTS, BadResource
from app.fab.views import HuiyinModelView
from app.resources.base import Chart, rights
from tests.fab.things import ThingApi, ThingResource, ThingView


class Steps(DeclarativeBase):
    """A base of their own."""


class Top(Steps):
    """As if it were a case."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)


class Limit(Steps):
    """Something that hangs on a case."""

    __tablename__ = "limits"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Top.id))


class Step(Steps):
    """Something that hangs on that, and of which the row guard knows nothing."""

    __tablename__ = "steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    limit_id: Mapped[int] = mapped_column(ForeignKey(Limit.id))


class Note(Steps):
    """Something of its own that names a step."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Top.id))
    step_id: Mapped[int] = mapped_column(ForeignKey(Step.id))
    step: Mapped[Step] = relationship()


def declare(base: type, **changes: Any) -> type:
    return type("Careless", (ThingResource, base), changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"list_columns": None}, "list_columns: is missing"),
        ({"list_columns": ()}, "list_columns: is missing"),
        ({"show_columns": None}, "show_columns: is missing"),
        ({"add_columns": None}, "add_columns: is missing"),
        ({"edit_columns": ()}, "edit_columns: is missing"),
        ({"search_columns": None}, "search_columns: is missing"),
        ({"order_columns": None}, "order_columns: is missing"),
        ({"rights": None}, "rights: is missing"),
        ({"noun": ""}, "noun: is missing"),
        ({"list_columns": ("code", "nope")}, "'nope' is not a column"),
        ({"list_columns": ("code", "kind.nope")}, "'kind.nope' is not a column"),
        ({"list_columns": ("code", "nope.name")}, "'nope.name' does not start with a relation"),
        ({"show_columns": ("phone_sealed",)}, "'phone_sealed' is secret"),
        ({"add_columns": ("status",)}, "'status' is guarded"),
        ({"edit_columns": ("id",)}, "'id' is guarded"),
        ({"edit_columns": ("hidden",), "guarded_columns": {"hidden"}}, "'hidden' is guarded"),
        ({"edit_columns": ("kind_id",)}, "'kind_id' is a foreign key"),
        ({"edit_columns": ("kind.name",)}, "'kind.name' is not a column or relation"),
        ({"edit_columns": ("masked",)}, "'masked' is not a column or relation"),
        ({"order_columns": ("hidden",)}, "'hidden' is not among the columns shown"),
        ({"order_columns": ("masked",)}, "'masked' is not a column of the database"),
        ({"search_columns": ("hidden",)}, "'hidden' is not among the columns shown"),
        ({"search_columns": ("extra",)}, "'extra' has no filter"),
        ({"label_columns": {}}, "'code' has no label"),
        ({"label_columns": {**ThingResource.label_columns, "second": ""}}, "'second' has no label"),
        ({"model": Step}, "model: hangs on a case without a case_id"),
    ],
)
def test_what_a_resource_must_not_declare(changes: dict[str, Any], words: str) -> None:
    for base in (HuiyinModelView, HuiyinModelRestApi):
        with pytest.raises(BadResource, match=rf"Careless\..*{words}"):
            declare(base, **changes)


@pytest.mark.parametrize("name", ["list_columns", "edit_columns"])
def test_a_relation_to_rows_that_nothing_keeps_in_scope(name: str) -> None:
    usual = dict.fromkeys(LISTS, ("id",)) | {"add_columns": (), "edit_columns": (), "rights": rights(read={"intake"})}
    leaky = {"list_columns": ("step.id",), "edit_columns": ("step",)}[name]
    with pytest.raises(BadResource, match=r"'step(\.id)?' leads to rows of a case"):
        declare(HuiyinModelRestApi, **{**usual, "model": Note, "order_columns": (), "search_columns": (), name: leaky})


def test_the_file_is_named_that_declares_it() -> None:
    with pytest.raises(BadResource, match=r"^tests/fab/things\.py: Careless\.list_columns: 'code' has no label"):
        declare(HuiyinModelView, label_columns={name: "x" for name in ThingResource.show_columns if name != "code"})


def test_a_whole_related_row_is_for_no_rest_answer() -> None:
    columns = ("code", "kind")
    with pytest.raises(BadResource, match="'kind' is a whole related row"):
        declare(HuiyinModelRestApi, list_columns=columns, order_columns=(), search_columns=())
    declare(HuiyinModelView, list_columns=columns, order_columns=(), search_columns=())


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (Chart("c", "C", group="nope"), "no such group"),
        (Chart("c", "C", group="kind.nope"), "no such group"),
        (Chart("c", "C", group="size", measure="median:amount"), "no such group or measure"),
        (Chart("c", "C", group="size", measure="sum:nope"), "measures an unknown column"),
    ],
)
def test_charts_are_checked_too(chart: Chart, words: str) -> None:
    with pytest.raises(BadResource, match=words):
        declare(HuiyinChartView, charts=(chart,))


def test_what_two_lines_derive() -> None:
    assert ThingView.route_base == "/admin/test-things"
    assert ThingApi.resource_name == "test-things"
    assert ThingView.class_permission_name == ThingApi.class_permission_name == "TestThing"
    assert ThingView.method_permission_name["list"] == ThingApi.method_permission_name["get"] == "read"
    assert ThingView.method_permission_name["edit"] == ThingApi.method_permission_name["put"] == "write"
    assert ThingView.label_columns is not ThingApi.label_columns
    assert ThingView.label_columns is not ThingResource.label_columns


def test_creating_is_a_permission_of_its_own_only_where_its_roles_differ() -> None:
    same = declare(HuiyinModelView, rights=rights(read={"intake"}, write={"platform_admin"}))
    assert same.method_permission_name["add"] == same.method_permission_name["edit"] == "write"
    assert ThingView.method_permission_name["add"] == "create"


def test_lazy_text_is_not_looked_at_before_there_is_a_language() -> None:
    lazy = {
        "title": lazy_gettext("Things"),
        "label_columns": {**ThingResource.label_columns, "code": lazy_gettext("Code")},
    }
    with Flask("bare").app_context():  # no Babel here: reading the text would raise
        for base in (HuiyinModelView, HuiyinModelRestApi, HuiyinChartView):
            declare(base, **lazy)

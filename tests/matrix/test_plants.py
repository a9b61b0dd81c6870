"""The matrix can fail: each of these leaks, planted on purpose, is found by it."""

from __future__ import annotations

from contextvars import ContextVar
from functools import wraps
from typing import Any

import pytest
from flask_appbuilder.api.convert import Model2SchemaConverter
from sqlalchemy import select

from app.domain.errors import NotFound, Reason, Refused
from app.extensions import db
from app.fab import figures
from app.fab.interface import HuiyinInterface
from app.fab.schemas import HuiyinSchemaConverter
from app.models import scope
from app.models.case import Case
from app.models.feedback import FollowUp
from app.models.partial import Partial
from app.operations import attachments, casework, exporting, partials, unmasking
from tests.matrix import lists
from tests.matrix.walk import ASKING, Walk, rules

_BLIND: ContextVar[bool] = ContextVar("blind", default=False)


class Planter:
    """Plants one leak in the running app, and knows which part of the matrix to walk."""

    def __init__(self, app: Any, monkeypatch: Any) -> None:
        self.app, self.patch = app, monkeypatch
        rule, unvouched = scope.criteria, scope._unvouched
        monkeypatch.setattr(scope, "criteria", lambda kind: () if _BLIND.get() else rule(kind))
        monkeypatch.setattr(scope, "_unvouched", lambda *sql: not _BLIND.get() and unvouched(*sql))

    def blind(self, owner: Any, name: str) -> None:
        """Take the row guard off while a function runs: as if it had been forgotten there."""
        function = getattr(owner, name)

        @wraps(function)
        def leaky(*args: Any, **kwargs: Any) -> Any:
            token = _BLIND.set(True)
            try:
                found = function(*args, **kwargs)
                return list(found) if name == "case_rows" else found
            finally:
                _BLIND.reset(token)

        self.patch.setattr(owner, name, leaky)

    def door(self, name: str) -> Any:
        """A registered view or API."""
        return next(each for each in self.app.appbuilder.baseviews if type(each).__name__ == name)

    def schema(self, api: Any, columns: list[str]) -> Any:
        """A schema of these columns, made as FAB makes it."""
        with self.app.app_context():
            return api.model2schemaconverter.convert(columns)

    def walk(self, walk: Walk, *endpoints: str) -> None:
        """The cells of some routes."""
        for rule, method in rules(self.app):
            if rule.endpoint in endpoints:
                walk.rule(rule, method)


def undotted(plant: Planter, walk: Walk) -> None:
    """A relation without a dot in a REST list: the whole related row comes with it."""
    api = plant.door("CaseApi")
    plant.patch.setattr(HuiyinSchemaConverter, "_meta_schema_factory", Model2SchemaConverter._meta_schema_factory)
    plant.patch.setattr(api, "list_columns", [*api.list_columns, "complainant"])
    made = plant.schema(api, api.list_columns)
    plant.patch.setattr(api, "list_model_schema", made)
    lists.lists(walk, "Case")


def action(plant: Planter, walk: Walk) -> None:
    """An action whose rows are looked up without scope."""
    plant.blind(HuiyinInterface, "get_many")
    plant.blind(casework, "load")
    lists.bulk(walk)


def chart(plant: Planter, walk: Walk) -> None:
    """A chart grouped without scope."""
    plant.blind(figures, "_grouped")
    lists.charts(walk)


def export(plant: Planter, walk: Walk) -> None:
    """A file of all cases."""
    plant.blind(exporting, "case_rows")
    plant.patch.setattr(lists, "case_rows", exporting.case_rows)
    lists.export(walk)


def picker(plant: Planter, walk: Walk) -> None:
    """A picker of cases that offers all of them."""
    view = plant.door("DeadlineView")
    plant.patch.setattr(view, "search_columns", [*view.search_columns, "case"])
    plant.blind(HuiyinInterface, "offer")
    lists.pickers(walk, "Deadline")


def file(plant: Planter, walk: Walk) -> None:
    """A file that is sent without a look at the row it belongs to."""
    plant.blind(attachments, "open_for")
    plant.walk(walk, "EvidenceView.content")


def file_kept(plant: Planter, walk: Walk) -> None:
    """A file of a case in sight that is kept from the reader."""
    plant.patch.setattr(attachments, "may_open", lambda *_, **__: True)
    case = next(each for each in walk.world.cases if each.is_confidential)
    key = case.rows["attachments"][0]["id"]
    walk.open(f"/admin/evidence/{case.id}/{key}", "GET", "file")


def count(plant: Planter, walk: Walk) -> None:
    """A count of all rows."""
    plant.blind(HuiyinInterface, "query_count")
    lists.lists(walk, "Deadline")


def page(plant: Planter, walk: Walk) -> None:
    """A list without scope."""
    plant.blind(HuiyinInterface, "listed")
    lists.lists(walk, "Respondent")


def page_of_objects(plant: Planter, walk: Walk) -> None:
    """A list without scope, of a noun that is read as objects."""
    plant.blind(HuiyinInterface, "query")
    lists.lists(walk, "FollowUp")


def show(plant: Planter, walk: Walk) -> None:
    """One row without scope."""
    plant.blind(HuiyinInterface, "get_many")
    plant.walk(walk, "RespondentApi.get")


def searchable(plant: Planter, walk: Walk) -> None:
    """A hidden column that can be searched."""
    api = plant.door("CaseApi")
    plant.patch.setattr(api, "_filters", api.datamodel.get_filters([*api.search_columns, "query_code_hash"]))
    plant.patch.setattr(lists, "attributes", lambda _: ["query_code_hash"])
    lists.undeclared(walk, "Case")


def sortable(plant: Planter, walk: Walk) -> None:
    """A hidden column that can be sorted by."""
    api = plant.door("CaseApi")
    plant.patch.setattr(api, "order_columns", [*api.order_columns, "content_hash"])
    plant.patch.setattr(lists, "attributes", lambda _: ["content_hash"])
    lists.undeclared(walk, "Case")


def original(plant: Planter, walk: Walk) -> None:
    """A search of the text as it was written, by readers of the redacted one."""
    plant.patch.setattr(Case, "searched_as", {})
    lists.planted_texts(walk)


def figure(plant: Planter, walk: Walk) -> None:
    """A statistic without scope."""
    from app.operations import statistics

    plant.blind(statistics, "figures")
    lists.statistics(walk)


def told(plant: Planter, walk: Walk) -> None:
    """An error that tells a foreign case from a missing one."""

    def load(case_id: int) -> Any:
        if case_id < 1000:
            raise Refused(Reason("scope", "Another department's."))
        raise NotFound

    plant.patch.setattr(casework, "load", load)
    plant.patch.setattr("app.api.cases.casework.load", load)
    plant.walk(walk, "CaseApi.verbs")


def forgotten(plant: Planter, walk: Walk) -> None:
    """A table that hangs on cases, and that the guard and its net have forgotten."""
    kept, (_, children) = scope.criteria, scope.scoped_classes()
    at = 1 + children.index(FollowUp)
    plant.patch.setattr(scope, "criteria", lambda kind: kept(kind)[:at] + kept(kind)[at + 1 :])
    plant.patch.setattr(scope, "_unvouched", lambda *_: False)
    lists.lists(walk, "FollowUp")


def half_sent(plant: Planter, walk: Walk) -> None:
    """A half sent file that whoever has its token may go on with."""

    def row(token: str, *_: Any) -> Any:
        found = db.session.scalar(select(Partial).where(Partial.token_hash == partials._hash(token)))
        if found is None:
            raise NotFound
        return found

    plant.patch.setattr(partials, "_row", row)
    plant.walk(walk, "EvidenceView.piece")


def asked(plant: Planter, walk: Walk) -> None:
    """A phone that is opened to whoever sees the case."""
    plant.patch.setattr(unmasking, "fields_for", lambda *_: unmasking.FIELDS)
    case = next(each for each in walk.world.cases if each.is_confidential)
    walk.open(f"/admin/unmask/{case.id}/phone", "POST", "view", ASKING)


def log(plant: Planter, walk: Walk) -> None:
    """A log of deliveries that everybody may read."""
    plant.patch.setattr(plant.app.appbuilder.sm, "has_access", lambda *_: True)
    walk.open("/admin/deliveries/list/")


PLANTS = (undotted, action, chart, export, picker, file, file_kept, count, page, page_of_objects, show)
MORE = (searchable, sortable, original, figure, told, forgotten, half_sent, asked, log)


@pytest.mark.parametrize("leak", [*PLANTS, *MORE], ids=lambda leak: leak.__name__)
def test_a_planted_leak_is_found(app, walking, monkeypatch, leak):
    walk = walking("handler")
    leak(Planter(app, monkeypatch), walk)
    print(f"{leak.__name__}: {leak.__doc__}", *walk.leaks[:2], sep="\n   ")
    assert walk.leaks


def test_a_planted_write_is_found(app, walking, monkeypatch):
    """A user name that the form of the REST API takes."""
    from tests.matrix import test_writes

    plant = Planter(app, monkeypatch)
    api = plant.door("OfficerApi")
    made = plant.schema(api, [*api.edit_columns, "username"])
    monkeypatch.setattr(api, "edit_model_schema", made)
    monkeypatch.setattr(test_writes, "writable", lambda *_: ["Officer"])
    walk = walking("platform_admin")
    with pytest.raises(AssertionError):
        test_writes.test_a_writer_changes_no_column_but_those_of_the_form(lambda _: walk, walk.world, "platform_admin")
    print(*walk.leaks[:2], sep="\n   ")
    assert any("username" in line for line in walk.leaks)

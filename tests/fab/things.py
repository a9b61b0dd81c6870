"""Throw-away nouns for the bases: a thing of a kind. On a base of their own, so that no migration knows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask import redirect
from flask_appbuilder.actions import action
from sqlalchemy import JSON, Boolean, Date, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from app.domain.errors import Invalid, Reason, Refused
from app.extensions import db
from app.fab.apis import HuiyinModelRestApi
from app.fab.charts import HuiyinChartView
from app.fab.views import HuiyinModelView
from app.models.columns import UtcDateTime, one_of
from app.resources.base import Chart, rights


class Base(DeclarativeBase):
    """Not FAB's base: these tables are nobody's."""


class Kind(Base):
    """A kind."""

    __tablename__ = "test_kinds"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    secret: Mapped[str] = mapped_column(String(40), default="hidden")

    def __str__(self) -> str:
        return self.name


class Thing(Base):
    """A thing of a kind."""

    __tablename__ = "test_things"
    __table_args__: ClassVar = (one_of("size", ("big", "small")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(10), default="big")
    amount: Mapped[int | None] = mapped_column()
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_on: Mapped[date | None] = mapped_column(Date)
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10), default="new")
    hidden: Mapped[str] = mapped_column(String(10), default="")
    phone_sealed: Mapped[str] = mapped_column(String(10), default="")
    kind_id: Mapped[int] = mapped_column(ForeignKey(Kind.id))
    second_id: Mapped[int | None] = mapped_column(ForeignKey(Kind.id))
    kind: Mapped[Kind] = relationship(foreign_keys=[kind_id])
    second: Mapped[Kind | None] = relationship(foreign_keys=[second_id])

    @property
    def masked(self) -> str:
        """A property."""
        return f"*{self.code}"

    def __str__(self) -> str:
        return self.name


class KindResource:
    """Kinds: read only."""

    model = Kind
    noun, plural, title, category = "TestKind", "test-kinds", "Kinds", "Test"
    rights = rights(read={"platform_admin", "intake"})
    list_columns = show_columns = search_columns = order_columns = ("name",)
    add_columns = edit_columns = ()
    label_columns: ClassVar = {"name": "Name"}


class ThingResource:
    """Things: `platform_admin` writes and deletes, `city_admin` changes only, `intake` reads."""

    model = Thing
    noun, plural, title, category = "TestThing", "test-things", "Things", "Test"
    rights = rights(
        read={"intake"},
        create={"platform_admin"},
        update={"platform_admin", "city_admin"},
        delete={"platform_admin"},
    )
    list_columns = ("code", "name", "size", "amount", "is_open", "made_at", "made_on", "masked", "kind.name")
    show_columns = (*list_columns, "second.name", "extra")
    add_columns = edit_columns = (
        "code",
        "name",
        "size",
        "amount",
        "is_open",
        "made_at",
        "made_on",
        "extra",
        "kind",
        "second",
    )
    search_columns = ("code", "name", "amount", "is_open", "made_at", "made_on", "kind")
    order_columns = ("code", "amount", "kind.name")
    base_order = ("code", "desc")
    choice_columns: ClassVar = {"size": (("big", "Grand"), ("small", "Little"))}
    label_columns: ClassVar = {
        **{name: name.capitalize() for name in (*show_columns, *add_columns)},
        "kind.name": "Kind",
    }
    charts = (
        Chart("by-kind", "By kind", group="kind.name"),
        Chart("open", "Open", "line", group="size", measure="rate:is_open"),
        Chart("own", "Own", "pie", series=("Rows",), query=lambda s: [("all", s.query(Thing).count())]),
        Chart("both", "Both", "stacked", group="kind.name", by="size", by_display={"big": "Grand"}.get),
        Chart("days", "Days", "heat", query=lambda _: [("a", "2026-02", 1), ("b", "2026-01", 8), (None, "2026-02", 2)]),
        Chart("named", "Named", group="kind.name", query=lambda _: [("kind 2", 7), ("nobody", 1)]),
        Chart("months", "Months", "line", group="made_at", query=lambda _: [("2026-02", 3), ("later", 1)]),
    )


class ThingView(ThingResource, HuiyinModelView):
    """Two lines, and an action that notes what it was given."""

    page_size = 10
    acted: ClassVar[list[Any]] = []

    @action("stamp", "Stamp", "Sure?", multiple=True, single=True)
    def stamp(self, rows: Any) -> Any:
        """Note the rows."""
        rows = rows if isinstance(rows, list) else [rows]
        if any(row.name == "refuse" for row in rows):
            raise Refused(Reason("no", "Not this one."))
        self.acted.extend(row.code for row in rows)
        return redirect("/admin/")


class ThingApi(ThingResource, HuiyinModelRestApi):
    """Two lines."""


class ThingChart(ThingResource, HuiyinChartView):
    """Two lines."""


class KindView(KindResource, HuiyinModelView):
    """Two lines, with its things in a tab."""

    related_views: ClassVar = [ThingView]


class KindApi(KindResource, HuiyinModelRestApi):
    """Two lines."""


written: list[tuple[str, str, dict[str, Any]]] = []


def write_hook(kind: str, row: Any, changes: dict[str, Any]) -> None:
    """A stand-in for operations.configuration: may refuse, writes, logs, commits."""
    if row.name == "refuse":
        raise Refused(Reason("no", "Not %(what)s.", {"what": "this one"}))
    if row.name == "invalid":
        raise Invalid({"name": "Think again."})
    if kind == "delete":
        db.session.delete(row)
    else:
        db.session.add(row)
    db.session.commit()
    written.append((kind, str(row.code), changes))

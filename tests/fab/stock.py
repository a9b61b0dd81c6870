"""FAB as it ships, over the same throw-away nouns: what the attacks of test_holes.py succeed against."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask, redirect
from flask.testing import FlaskClient
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView
from flask_appbuilder.actions import action
from flask_appbuilder.charts.views import GroupByChartView
from flask_appbuilder.models.group import aggregate_count
from flask_appbuilder.models.sqla.filters import FilterNotEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from app.domain.access import SYSTEM
from app.models.scope import acting
from tests.fab import things

NOT_MINE = [["code", FilterNotEqual, "T02"]]
"""FAB's way to keep a row from a user."""


class KindView(ModelView):
    """Kinds."""

    datamodel = SQLAInterface(things.Kind)
    route_base = "/kinds"


class ThingView(ModelView):
    """Things, all but T02."""

    datamodel = SQLAInterface(things.Thing)
    route_base = "/things"
    base_filters = NOT_MINE
    list_columns: ClassVar = ["code", "name"]
    edit_columns: ClassVar = ["name"]
    acted: ClassVar[list[str]] = []

    @action("stamp", "Stamp", "Sure?")
    def stamp(self, rows: Any) -> Any:
        """Note the rows."""
        self.acted.extend(row.code for row in (rows if isinstance(rows, list) else [rows]))
        return redirect("/")

    def post_update(self, item: Any) -> None:
        """A rule that is looked at where FAB has a hook for it."""
        if item.name == "refuse":
            raise ValueError("Not this one.")


class KindApi(ModelRestApi):
    """Kinds."""

    datamodel = SQLAInterface(things.Kind)
    resource_name = "kinds"


class ThingApi(ModelRestApi):
    """Things with FAB's default columns."""

    datamodel = SQLAInterface(things.Thing)
    resource_name = "things"
    base_filters = NOT_MINE


class ThingChart(GroupByChartView):
    """Figures."""

    datamodel = SQLAInterface(things.Thing)
    route_base = "/thingcharts"
    base_filters = NOT_MINE
    definitions: ClassVar = [{"group": "size", "series": [(aggregate_count, "name")]}]


def make(folder: Path) -> Flask:
    """The app, filled, with one user who may do everything."""
    app = Flask("stock")
    url = f"sqlite:///{folder / 'stock.db'}"
    app.config.update(SECRET_KEY="s" * 32, SQLALCHEMY_DATABASE_URI=url, FAB_ADD_SECURITY_API=False)
    app.config["FAB_PASSWORD_HASH_METHOD"] = "pbkdf2:sha256:1"  # the tests' time, not the hole
    engine = create_engine(url)
    session = scoped_session(sessionmaker(engine))
    app.teardown_appcontext(lambda _: session.remove())
    with app.app_context(), acting(SYSTEM):  # our row guard listens to every engine, and FAB looks at every table
        Model.metadata.create_all(engine)
        things.Base.metadata.create_all(engine)
        builder = AppBuilder(app, session)
        for door in (KindView, ThingView, ThingChart):
            builder.add_view(door, door.__name__)
        for api in (KindApi, ThingApi):
            builder.add_api(api)
        builder.sm.add_user("boss", "b", "x", "boss@x", builder.sm.find_role("Admin"), "1")
        session.add_all(things.Kind(name=f"kind {number}") for number in (1, 2, 3))
        session.flush()
        for number in range(1, 13):
            thing = things.Thing(code=f"T{number:02}", name=f"thing {number}", amount=number, phone_sealed="sealed!")
            thing.hidden, thing.kind_id = f"{99 - number}", 1 + number % 3
            session.add(thing)
        session.commit()
        session.remove()
    return app


def sign_in(app: Flask) -> FlaskClient:
    """A browser of the user."""
    client = app.test_client()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
    token = found.group(1) if found else ""
    client.post("/login/", data={"username": "boss", "password": "1", "csrf_token": token})
    return client


def bearer(app: Flask) -> dict[str, str]:
    """The headers of a REST client."""
    login = {"username": "boss", "password": "1", "provider": "db"}
    token = app.test_client().post("/api/v1/security/login", json=login).get_json()["access_token"]
    return {"Authorization": f"Bearer {token}"}

"""A stock FAB app: models reflected from the bench's database, pages and REST as FAB's own examples make them."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView
from flask_appbuilder.charts.views import GroupByChartView
from flask_appbuilder.models.group import aggregate_count
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine
from sqlalchemy.orm import relationship
from werkzeug.security import generate_password_hash

from bench.data import PASSWORD

LISTED = ["receipt_no", "title", "status", "matter.name", "region_code", "department.name", "filed_at", "is_overdue"]
"""As ours, but for the region's name: stock FAB cannot join by a code."""
SEARCHED = ["receipt_no", "title", "body", "status", "channel", "matter", "region_code", "department", "filed_at"]
ENGINE = create_engine(os.environ["DATABASE_URL"])


def _table(name: str, *more: Any) -> Table:
    return Table(name, Model.metadata, *more, autoload_with=ENGINE, resolve_fks=False, extend_existing=True)


class DepartmentType(Model):
    """A kind of department."""

    __table__ = _table("department_types")

    def __repr__(self) -> str:
        return str(self.name)


class Department(Model):
    """A department."""

    __table__ = _table("departments")

    def __repr__(self) -> str:
        return str(self.name)


class Matter(Model):
    """A matter."""

    __table__ = _table("matters")

    def __repr__(self) -> str:
        return str(self.name)


class Officer(User):
    """FAB's user with a department."""

    __tablename__ = "ab_user"
    department_id = Column(Integer, ForeignKey("departments.id"))
    phone = Column(String(20))
    department = relationship(Department)


class Case(Model):
    """A case."""

    __table__ = _table("cases")
    matter = relationship(Matter, foreign_keys=[__table__.c.matter_id], primaryjoin=__table__.c.matter_id == Matter.id)
    department = relationship(
        Department, foreign_keys=[__table__.c.department_id], primaryjoin=__table__.c.department_id == Department.id
    )


class CaseApi(ModelRestApi):
    """Cases by REST."""

    resource_name = "cases"
    datamodel = SQLAInterface(Case)
    list_columns = LISTED
    show_columns = [*LISTED, "body", "matter.code", "department.code"]
    search_columns = SEARCHED
    order_columns = ["filed_at", "receipt_no", "status"]
    base_order = ("filed_at", "desc")


class DepartmentTypeApi(ModelRestApi):
    """Kinds of departments by REST."""

    resource_name = "department-types"
    datamodel = SQLAInterface(DepartmentType)
    list_columns = show_columns = add_columns = edit_columns = ["code", "name"]


class CaseView(ModelView):
    """Cases as pages."""

    route_base = "/admin/cases"
    datamodel = SQLAInterface(Case)
    list_columns = show_columns = LISTED
    search_columns = SEARCHED
    add_columns = edit_columns = ["title", "body"]
    base_order = ("filed_at", "desc")
    page_size = 25


class OfficerView(ModelView):
    """Officers as pages: the form has a select of all departments."""

    route_base = "/admin/officers"
    datamodel = SQLAInterface(Officer)
    list_columns = show_columns = ["username", "department.name", "phone", "active"]
    add_columns = edit_columns = ["department", "phone", "active"]
    search_columns = ["username", "active"]


class CaseChart(GroupByChartView):
    """Cases by status."""

    route_base = "/admin/cases-chart"
    datamodel = SQLAInterface(Case)
    chart_title = "Cases"
    search_columns = SEARCHED
    definitions = [{"label": "status", "group": "status", "series": [(aggregate_count, "id")]}]


class Manager(SecurityManager):
    """FAB's manager with our user."""

    user_model = Officer


def make() -> Flask:
    """The app, with an administrator `stock`."""
    app = Flask("stock")
    app.config.update(
        SECRET_KEY="stock" * 8,  # pragma: allowlist secret
        SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"],
        FAB_CREATE_DB=False,
        FAB_API_MAX_PAGE_SIZE=100,
        FAB_ADD_SECURITY_API=False,
        JWT_ACCESS_TOKEN_EXPIRES=86_400,
    )
    db = SQLA(model_class=Model)
    db.init_app(app)
    with app.app_context():
        if not db.session.query(Role).filter_by(name="Admin").first():
            db.session.add(Role(name="Admin"))
            db.session.commit()
        builder = AppBuilder(app, db.session, security_manager_class=Manager)
        for api in (CaseApi, DepartmentTypeApi):
            builder.add_api(api)
        builder.add_view(CaseView, "Cases", category="Casework")
        builder.add_view(OfficerView, "Officers", category="System")
        builder.add_view(CaseChart, "Charts", category="Statistics")
        sm = builder.sm
        admin = sm.find_role("Admin")
        if sm.find_user("stock") is None:
            sm.add_user("stock", "s", "t", "stock@example.invalid", admin, hashed_password=_hashed())
        sm.find_user("stock").roles = [admin]
        db.session.commit()
        db.session.remove()
    return app


def _hashed() -> str:
    return generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")

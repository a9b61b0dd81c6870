"""What the public may choose from."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from app.domain.access import SYSTEM
from app.domain.errors import NotFound
from app.extensions import db
from app.models.policy import PolicyVersion
from app.models.scope import acting
from app.operations import books, catalogue
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("db")


def test_a_region_has_its_full_name():
    assert catalogue.region_name("410105").split(" ")[0] == catalogue.region_name("410100")
    with pytest.raises(NotFound):
        catalogue.region_name("999999")


def test_departments_are_suggested_from_the_nearest_up():
    names = catalogue.department_names("410105")
    assert len(names) > 30
    assert names.index("郑州市金水区市场监督管理局") < names.index("河南省市场监督管理局")


def test_nothing_is_promised_before_a_policy_is_loaded():
    assert str(catalogue.promise(NOW).accept) == "3wd"
    with acting(SYSTEM):
        db.session.execute(delete(PolicyVersion))
        books.bump()
        db.session.commit()
        assert catalogue.promise(NOW) is None

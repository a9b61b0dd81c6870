"""Connected systems: keys, and the names under which they file."""

from __future__ import annotations

import pytest

from app.domain.access import SYSTEM, Role
from app.domain.errors import Invalid
from app.extensions import db
from app.models.api_client import ApiClient
from app.models.scope import acting
from app.operations import clients
from tests.factories import CENTRE, NOW, actor, officer

pytestmark = pytest.mark.usefixtures("db")


def client(name, **columns):
    """A connected system; its actor."""
    with acting(SYSTEM):
        user = officer(Role.API_CLIENT, at=CENTRE)
        db.session.add(ApiClient(code=name, name=name, user_id=user.id, created_at=NOW, **columns))
        db.session.commit()
        return actor(Role.API_CLIENT, user_id=user.id)


def test_a_client_with_a_name_files_under_it_alone():
    own = client("one", source_system="hotline-a")
    with acting(SYSTEM):
        assert clients.source_system("hotline-a", "1", own) == "hotline-a"
        assert clients.source_system(None, "1", own) == "hotline-a"
        assert clients.source_system(None, None, own) is None
        assert clients.source_system("hotline-a", None, own) == "hotline-a"
        with pytest.raises(Invalid) as wrong:
            clients.source_system("hotline-b", "1", own)
    assert set(wrong.value.fields) == {"source_system"}


def test_a_client_without_a_name_takes_any_that_is_nobodys():
    client("one", source_system="hotline-a")
    free = client("two")
    with acting(SYSTEM):
        assert clients.source_system("hotline-b", "1", free) == "hotline-b"
        assert clients.source_system(None, "1", free) is None
        for somebody in (free, actor(Role.INTAKE)):
            with pytest.raises(Invalid):
                clients.source_system("hotline-a", "1", somebody)

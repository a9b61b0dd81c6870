"""Officer 办理人员: FAB's user, with a department and a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, ForeignKey, Integer, String, event, false, inspect, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.duties import check_duties
from app.models.columns import UtcDateTime
from app.models.department import Department

__all__ = ["Officer", "RoleRow"]


class Officer(User):
    """A user of the back office or the REST API; the row scope follows from roles and department."""

    __tablename__ = "ab_user"

    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), comment="mobile for reminders")

    is_demo: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default=false(),
        comment="no second factor, no first change; counts for nothing in production",
    )
    must_change: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false(), comment="somebody else knows the password"
    )
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stamp: Mapped[int] = mapped_column(
        Integer, default=0, server_default=text("0"), comment="goes up when what was signed in before shall end"
    )

    department: Mapped[Department | None] = relationship()

    @property
    def full_name(self) -> str:
        """Chinese order: family name first, no space."""
        return f"{self.last_name}{self.first_name}"

    def __str__(self) -> str:
        """Name, for pickers and related columns."""
        return self.full_name


def _restamp(officer: Officer, value: Any, before: Any = None, _initiator: Any = None) -> None:
    """Another password, role or state: what was signed in before ends."""
    if value != before:
        officer.stamp = (officer.stamp or 0) + 1


@event.listens_for(Officer, "mapper_configured")
def _watch(_mapper: Any, officer: Any) -> None:
    for attribute in (officer.password, officer.active):
        event.listen(attribute, "set", _restamp, active_history=True)
    for change in ("append", "remove"):
        event.listen(officer.roles, change, lambda row, role, _initiator: _restamp(row, role))
    for moment in ("before_insert", "before_update"):
        event.listen(officer, moment, _separate)


def _separate(_mapper: Any, _connection: Any, officer: Officer) -> None:
    """The net under every door that gives roles."""
    if inspect(officer).attrs.roles.history.has_changes():
        check_duties(role.name for role in officer.roles)

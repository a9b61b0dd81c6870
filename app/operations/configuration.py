"""Changes of configuration rows: validated, logged with who, before and after, and made known to every process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from app.domain.access import Actor
from app.domain.deadlines import Limit
from app.domain.forms import fields_of
from app.domain.messages import MessageKind, check_template
from app.extensions import db
from app.models.housekeeping import ConfigurationChange
from app.models.matter import Matter
from app.models.message import MessageTemplate
from app.operations.books import bump


def save(row: Any, kind: str, actor: Actor, now: datetime) -> None:
    """Write a created, changed or deleted row of configuration (kind: create | update | delete) and commit.

    Raises Invalid (field by field); IntegrityError goes up to the door, after a roll-back.
    """
    try:
        if kind != "delete":
            CHECKS.get(type(row), lambda _: None)(row)
        before, after = _difference(row, kind)
        if kind == "delete":
            db.session.delete(row)
        else:
            db.session.add(row)
        db.session.flush()
        db.session.add(
            ConfigurationChange(
                changed_at=now,
                user_id=actor.user_id or None,
                user_name=actor.name,
                noun=type(row).__name__,
                row_id=getattr(row, "id", None),
                row_label=str(row)[:200],
                kind=kind,
                before=before,
                after=after,
            )
        )
        bump()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _check_matter(row: Matter) -> None:
    Limit(row.handle_value, row.handle_unit)
    fields_of(row.fields or [])


def _check_message_template(row: MessageTemplate) -> None:
    check_template(MessageKind(row.kind), row.text)


CHECKS: Mapping[type, Callable[[Any], None]] = {
    Matter: _check_matter,
    MessageTemplate: _check_message_template,
}
SECRET = frozenset({"password", "key_hash"})


def _difference(row: Any, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changed columns before and after, plain values only, never secrets."""
    before, after = {}, {}
    for attribute in inspect(row).mapper.column_attrs:
        if attribute.key in SECRET:
            continue
        history = inspect(row).attrs[attribute.key].history
        if kind == "delete":
            before[attribute.key] = _plain(getattr(row, attribute.key))
        elif history.has_changes():
            before[attribute.key] = _plain(history.deleted[0]) if history.deleted else None
            after[attribute.key] = _plain(history.added[0]) if history.added else None
    return before, after


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value

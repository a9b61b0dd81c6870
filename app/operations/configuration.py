"""Changes of configuration rows: validated, logged with who, before and after, and made known to every process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState

from app.domain.access import Actor
from app.domain.clients import MOST_A_DAY, checked
from app.domain.deadlines import Limit
from app.domain.errors import Invalid
from app.domain.forms import fields_of
from app.domain.messages import MessageKind, check_template
from app.extensions import db
from app.models.api_client import ApiClient
from app.models.housekeeping import ConfigurationChange
from app.models.matter import Matter
from app.models.message import MessageTemplate
from app.operations.books import bump

Changes = Mapping[str, tuple[Any, Any]]


def save(row: Any, kind: str, actor: Actor, now: datetime, changes: Changes | None = None) -> None:
    """Write a created, changed or deleted row of configuration (kind: create | update | delete) and commit.

    `changes`: what the door has noticed before the session flushed. Raises Invalid (field by field);
    an IntegrityError goes up to the door, after a roll-back.
    """
    try:
        if kind != "delete":
            CHECKS.get(type(row), lambda _: None)(row)
        noticed = _columns_of(row) if kind == "delete" else changes or changes_of(row)
        shown = {name: pair for name, pair in noticed.items() if name not in SECRET}
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
                before={name: pair[0] for name, pair in shown.items()},
                after={} if kind == "delete" else {name: pair[1] for name, pair in shown.items()},
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


def _check_client(row: ApiClient) -> None:
    """Scopes and networks are put in order."""
    for name, value in (("per_minute", row.per_minute), ("per_day", row.per_day)):
        if value is not None and not 1 <= value <= MOST_A_DAY:
            raise Invalid({name: "A whole number from 1 on."})
    row.scopes, row.networks = checked(row.scopes, row.networks)


CHECKS: Mapping[type, Callable[[Any], None]] = {
    ApiClient: _check_client,
    Matter: _check_matter,
    MessageTemplate: _check_message_template,
}
SECRET = frozenset({"password", "key_hash", "stamp"})


def changes_of(row: Any) -> Changes:
    """What has been set on a row and is not flushed yet: before and after; related rows as their ids."""
    state, found = inspect(row), {}
    for attribute in state.attrs:
        if not attribute.history.has_changes():
            continue
        history = attribute.load_history() if state.persistent else attribute.history
        many = isinstance(attribute.value, list)
        before = [*history.unchanged, *history.deleted] if many else next(iter(history.deleted or ()), None)
        found[attribute.key] = (_plain(before), _plain(attribute.value))
    return {name: pair for name, pair in found.items() if pair != (None, None)}


def _columns_of(row: Any) -> Changes:
    return {each.key: (_plain(getattr(row, each.key)), None) for each in inspect(row).mapper.column_attrs}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    state = inspect(value, raiseerr=False)
    if isinstance(state, InstanceState):
        return state.identity[0] if state.identity else str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value

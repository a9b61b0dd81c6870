"""The row guard: every read of a case, or of anything that hangs on one, is limited to what its actor may see.

`domain/access.py` decides the kind of scope; this module turns it into SQL at one place:
criteria on each ORM statement, and under it a net on the engine that refuses SQL which names a scoped table
more often than the scope marker. No actor, no rows. Scoped rows are written only inside an act (`acting_on`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from flask_appbuilder import Model
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Integer, String, and_, bindparam, event, func, or_, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.elements import TextClause

from app.domain.access import SYSTEM, Actor, Scope

MARK = text("'s'='s'")
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_flushing: ContextVar[bool] = ContextVar("flushing", default=False)
_in_act: ContextVar[bool] = ContextVar("in_act", default=False)
_resolver: Callable[[], Actor | None] | None = None
_factory: Callable[[], Session] | None = None


class NoActor(Exception):
    """A scoped table was touched and nobody is known to act."""


class OutOfScope(Exception):
    """SQL that the guard cannot vouch for, or a scoped row written outside an act."""


def set_resolver(resolver: Callable[[], Actor | None]) -> None:
    """Tell how to find the actor of a web request (asked lazily, only when no `acting` is in force)."""
    global _resolver  # noqa: PLW0603 - one process, one resolver
    _resolver = resolver


def set_factory(factory: Callable[[], Session]) -> None:
    """Tell how `unscoped` makes a session of its own."""
    global _factory  # noqa: PLW0603 - one process, one factory
    _factory = factory


def current_actor() -> Actor | None:
    """Who acts: the one named by `acting`, else the signed-in user, else nobody."""
    return _actor.get() or (_resolver() if _resolver else None)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Name the actor for jobs, commands and public pages. The session used inside must be new or the same actor's."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


@contextmanager
def unscoped(reason: str) -> Iterator[Session]:
    """A read-only session of its own that sees everything; the reason is for the reader of the code."""
    assert reason  # noqa: S101 - a sentence for the reader of the code
    assert _factory is not None  # noqa: S101 - wired in extensions
    with acting(SYSTEM), _factory() as session:
        session.connection(execution_options={"read_only": True})
        yield session


@contextmanager
def acting_on() -> Iterator[None]:
    """A business act is running: scoped rows may be written, because its operation has checked who may do what."""
    token = _in_act.set(True)
    try:
        yield
    finally:
        _in_act.reset(token)


def in_act() -> bool:
    """Whether a business act is running."""
    return _in_act.get()


class ScopedSession(FlaskSession):
    """A session of one actor. Bulk methods that fire no events are closed."""

    def flush(self, objects: Any = None) -> None:
        """Flush, letting the net know that these writes are the unit of work's own."""
        token = _flushing.set(True)
        try:
            super().flush(objects)
        finally:
            _flushing.reset(token)

    def _closed(self, *_: Any, **__: Any) -> Any:
        raise OutOfScope("bulk methods bypass the row guard")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _closed


# --- criteria: functions of the class (or alias, or Table.c), values bound when the statement runs ---------------


def _value(name: str) -> Any:
    kind = Integer() if name.endswith("_id") else String()
    return bindparam(f"scope_{name}", callable_=lambda: getattr(current_actor(), name), type_=kind)


def _table(name: str) -> Any:
    return Model.metadata.tables[name]


def _not_about_us(c: Any) -> Any:
    return and_(func.coalesce(c.respondent_department_id, -1) != _value("department_id"), MARK)


def _city(c: Any) -> Any:
    regions = _table("regions").c
    mine = _value("region_code")
    tree = select(regions.code).where(or_(regions.code == mine, regions.parent_code == mine))
    in_range = and_(c.region_code >= _value("region_lo"), c.region_code < _value("region_hi"))
    return and_(in_range, c.region_code.in_(tree), _not_about_us(c))


def _county(c: Any) -> Any:
    return and_(c.region_code == _value("region_code"), _not_about_us(c))


def _unit(c: Any) -> Any:
    share = _table("assignments").c
    ours = select(share.case_id).where(share.department_id == _value("department_id"), MARK)
    return and_(c.id.in_(ours), _not_about_us(c))


def _filed(c: Any) -> Any:
    return and_(c.filed_by_id == _value("user_id"), MARK)


def _complainant(c: Any) -> Any:
    return and_(c.id == _value("case_id"), MARK)


def _nothing(_: Any) -> Any:
    return and_(text("1=0"), MARK)


_KINDS: dict[Scope, Callable[[Any], Any]] = {
    Scope.PROVINCE: _not_about_us,
    Scope.CITY: _city,
    Scope.COUNTY: _county,
    Scope.UNIT: _unit,
    Scope.FILED: _filed,
    Scope.COMPLAINANT: _complainant,
}


def _child(kind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def by_case(c: Any) -> Any:
        cases = _table("cases").c
        return and_(c.case_id.in_(select(cases.id).where(kind(cases))), MARK)

    return by_case


def _not_about_us_child(c: Any) -> Any:
    """The province sees nearly all: leaving out the few about its own unit reads less than listing the rest."""
    cases = _table("cases").c
    about_us = select(cases.id).where(cases.respondent_department_id == _value("department_id"), MARK)
    return and_(c.case_id.not_in(about_us), MARK)


def scoped_classes() -> tuple[type, list[type]]:
    """The case class, and every class with a foreign key to it (each carries `case_id`)."""
    case, children = None, []
    for mapper in Model.registry.mappers:
        if mapper.local_table is not None and mapper.local_table.name == "cases":
            case = mapper.class_
        elif any(key.column.table.name == "cases" for key in mapper.local_table.foreign_keys):
            children.append(mapper.class_)
    assert case is not None  # noqa: S101
    return case, children


@lru_cache
def scoped_tables() -> frozenset[str]:
    """Names of the tables that the net watches."""
    case, children = scoped_classes()
    return frozenset(cls.__table__.name for cls in [case, *children])  # type: ignore[attr-defined]


@lru_cache
def criteria(scope: Scope) -> tuple[Any, ...]:
    """Loader criteria of one kind of scope: one constant tuple, no closure over the actor."""
    kind = _KINDS.get(scope, _nothing)
    child = _not_about_us_child if scope is Scope.PROVINCE else _child(kind)
    case, children = scoped_classes()
    pairs: Iterable[tuple[type, Callable[[Any], Any]]] = [
        (case, kind),
        *((c, child) for c in children),
    ]
    return tuple(
        # `track_closure_variables` stays on: SQLAlchemy keys these functions by their code, and all of
        # `_child`'s share one; untracked, the first kind asked for would serve every actor.
        with_loader_criteria(cls, rule, include_aliases=True, propagate_to_loaders=False)
        for cls, rule in pairs
    )


# --- listeners ------------------------------------------------------------------------------------------------


def _whoami(session: Session) -> Actor | None:
    actor = current_actor()
    if actor is not None and session.info.setdefault("actor", actor) != actor:
        raise OutOfScope("the session belongs to another actor")
    return actor


def _on_execute(state: ORMExecuteState) -> None:
    actor = _whoami(state.session)
    state.update_execution_options(scope_actor=actor)
    if actor is None or actor.scope is Scope.SYSTEM:
        return
    if state.is_column_load or (state.is_relationship_load and in_act()):
        # A refresh of a row, or what hangs on the subject of an act, which was itself read in scope (or just made).
        state.update_execution_options(scope_ok=True)
    elif state.is_orm_statement and not state.is_insert:
        if (state.is_update or state.is_delete) and not in_act():
            _refuse_bulk(state)
        state.statement = state.statement.options(*criteria(actor.scope))  # type: ignore[attr-defined]


def _refuse_bulk(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if mapper is not None and mapper.local_table.name in scoped_tables():  # type: ignore[attr-defined]
        raise OutOfScope("scoped rows are written inside an act only")


def _before_flush(session: Session, *_: Any) -> None:
    actor = _whoami(session)
    if in_act() or (actor is not None and actor.scope is Scope.SYSTEM):
        return
    names = scoped_tables()
    for row in [*session.new, *session.dirty, *session.deleted]:
        if row.__tablename__ in names and (row not in session.dirty or session.is_modified(row)):
            raise OutOfScope("scoped rows are written inside an act only")


@lru_cache(maxsize=4096)
def _unvouched(sql: str, by_hand: bool) -> bool:
    names = "|".join(sorted(scoped_tables()))
    if by_hand:
        return re.search(rf"\b({names})\b", sql, re.IGNORECASE) is not None
    read = len(re.findall(rf'(?:FROM|JOIN|USING|UPDATE|INTO|,)\s+"?({names})"?\b(?!\.)', sql, re.IGNORECASE))
    return read > sql.count("'s'='s'")


def _net(_c: Any, _cursor: Any, sql: str, _params: Any, context: Any, _many: bool) -> None:
    options = context.execution_options if context is not None else {}
    if options.get("scope_ok") or (_flushing.get() and sql.lstrip()[:6] in ("UPDATE", "DELETE", "INSERT")):
        return
    compiled = getattr(context, "compiled", None)
    by_hand = compiled is None or isinstance(compiled.statement, TextClause)
    if not _unvouched(sql, by_hand):
        return
    actor = options.get("scope_actor") or current_actor()
    if actor is None:
        raise NoActor(sql[:80])
    if actor.scope is not Scope.SYSTEM:
        raise OutOfScope(sql[:80])


def install() -> None:
    """Attach the guard to every session of ours and to every engine; idempotent."""
    if not event.contains(ScopedSession, "do_orm_execute", _on_execute):
        event.listen(ScopedSession, "do_orm_execute", _on_execute)
        event.listen(ScopedSession, "before_flush", _before_flush)
        event.listen(Engine, "before_cursor_execute", _net)

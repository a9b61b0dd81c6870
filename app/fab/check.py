"""The check that refuses a careless resource when the program starts, naming file, class, attribute and column.

FAB shows every column that nobody excluded. Here the reverse holds: lists are explicit, and a column which is
unknown, secret, guarded, or would bring a whole related row with it is not accepted.
"""

from __future__ import annotations

import re
import sys
from inspect import getattr_static, isfunction
from pathlib import Path
from typing import Any

from app.fab.interface import HuiyinInterface

ROOT = Path(__file__).resolve().parents[2]
CASES = "cases"
LISTS = ("list_columns", "show_columns", "add_columns", "edit_columns", "search_columns", "order_columns")
GUARDED = frozenset({"id", "uid", "status", "version", "password"})
_SECRET = re.compile(r"(_sealed|_hash|_index|password)$")


class BadResource(TypeError):
    """A resource declares something that is not allowed; names file, class, attribute and column."""


def check(cls: Any) -> None:
    """Raise BadResource for the first thing in the resource that must not be."""
    _complete(cls)
    data = cls.datamodel
    if _strays(data.obj.__table__):
        raise BadResource(f"{where(cls, 'model')}: hangs on a case without a case_id, so nothing keeps it in scope")
    readers = {"list_columns": _readable, "show_columns": _readable, "order_columns": _sortable}
    writers = {"add_columns": _writable, "edit_columns": _writable, "search_columns": _searchable}
    for name, fault_of in (readers | writers).items():
        for column in getattr(cls, name):
            fault = (_SECRET.search(column) and "is secret") or fault_of(cls, data, column)
            if fault:
                raise BadResource(f"{where(cls, name)}: {column!r} {fault}")
    _labelled(cls)


def where(cls: Any, name: str) -> str:
    """File, class and attribute of what is wrong."""
    owner = next((base for base in cls.__mro__ if name in base.__dict__), cls)
    file = Path(getattr(sys.modules.get(owner.__module__), "__file__", None) or owner.__module__)
    return f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {cls.__name__}.{name}"


def _labelled(cls: Any) -> None:
    """Every column that people see has a label: FAB would make one of the column's name, in no language."""
    labels = getattr(cls, "label_columns", None) or {}
    for name in LISTS:
        for column in getattr(cls, name):
            label = labels.get(column)
            if label is None or (isinstance(label, str) and not label):
                raise BadResource(f"{where(cls, name)}: {column!r} has no label in label_columns")


def _strays(table: Any) -> bool:
    """Whether a table's rows belong to a case, but by way of another table: the row guard goes by `case_id`."""
    above = {key.target_fullname.split(".")[0] for key in table.foreign_keys}
    if table.name == CASES or CASES in above:
        return False
    return any(_hangs(table.metadata.tables.get(name), {table.name}) for name in above - {table.name})


def _hangs(table: Any, seen: set[str]) -> bool:
    if table is None or table.name in seen:
        return False
    above = {key.target_fullname.split(".")[0] for key in table.foreign_keys}
    return CASES in {table.name, *above} or any(
        _hangs(table.metadata.tables.get(name), seen | {table.name}) for name in above
    )


def _complete(cls: Any) -> None:
    for name in ("noun", "plural", "rights"):
        if not getattr(cls, name, None):
            raise BadResource(f"{where(cls, name)}: is missing")
    needed = ["list_columns", "show_columns"]
    needed += ["add_columns"] if cls.rights.get("create") else []
    needed += ["edit_columns"] if cls.rights.get("update") else []
    for name in LISTS:
        if getattr(cls, name, None) is None or (name in needed and not getattr(cls, name)):
            raise BadResource(f"{where(cls, name)}: is missing (FAB's default would open everything)")
    if cls.datamodel.is_pk_composite():
        raise BadResource(f"{where(cls, 'model')}: a composite key is not supported")


def _readable(cls: Any, data: HuiyinInterface, column: str) -> str:
    root, dot, leaf = column.partition(".")
    if data.is_relation(root) and _strays(data.get_related_model(root).__table__):
        return "leads to rows of a case that nothing keeps in scope: give their table a case_id"
    if dot:
        if not data.is_relation(root):
            return "does not start with a relation"
        return _readable(cls, data.get_related_interface(root), leaf) or (
            "" if not data.get_related_interface(root).is_relation(leaf) else "ends in a relation"
        )
    if data.is_relation(column):
        return "is a whole related row: name one of its columns" if cls.is_rest else ""
    static = getattr_static(data.obj, column, None)
    known = column in data.list_columns or isinstance(static, property) or isfunction(static)
    return "" if known else "is not a column, property or relation.column"


def _writable(cls: Any, data: HuiyinInterface, column: str) -> str:
    if column in GUARDED or column in cls.guarded_columns:
        return "is guarded: an operation sets it, no form does"
    if column not in data.list_properties:
        return "is not a column or relation"
    if data.is_relation(column) and _strays(data.get_related_model(column).__table__):
        return "leads to rows of a case that nothing keeps in scope: give their table a case_id"
    return "is a foreign key: name the relation, whose row is then looked up in scope" if data.is_fk(column) else ""


def _sortable(cls: Any, data: HuiyinInterface, column: str) -> str:
    if column not in {*cls.list_columns, *cls.show_columns}:
        return "is not among the columns shown: sorting by it would tell what is hidden"
    root, _, leaf = column.partition(".")
    owner = data.get_related_interface(root) if leaf else data
    many = bool(leaf) and not data.is_relation_many_to_one(root)
    return "" if not many and (leaf or root) in owner.list_columns else "is not a column of the database"


def _searchable(cls: Any, data: HuiyinInterface, column: str) -> str:
    shown = {name.split(".")[0] for name in (*cls.list_columns, *cls.show_columns)}
    if column not in shown:
        return "is not among the columns shown: searching by it would tell what is hidden"
    has_filter = column in data.get_filters([column]).get_search_filters() and not data.is_json(column)
    return "" if has_filter else "has no filter"

"""What a resource is made of: the attributes that doors read, its charts, and its noun x method table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

Rights = Mapping[str, frozenset[str]]
Text = Any  # a str, or flask_babel's lazy text


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure drawn from a noun's rows, within the scope of whoever looks.

    Give either `group` (a column, or `relation.column`) with a `measure`, or a `query`, which returns rows of
    a label and one number for each of `series`. Measures: ``count``, ``sum:<column>``, ``avg:<column>`` and
    ``rate:<boolean column>`` (per cent, one decimal). `display` turns a group's value into its label.

    The kinds ``stacked`` and ``heat`` have a second group, `by`, whose values become the series or the columns; their
    `query` returns rows of label, second label and number. `group` and `by` beside a `query` say of which columns its
    labels are values, so that a figure can lead to the rows behind it.
    """

    name: str
    title: Text
    kind: Literal["bar", "line", "pie", "stacked", "heat"] = "bar"
    group: str = ""
    by: str = ""
    measure: str = "count"
    series: tuple[Text, ...] = ()
    query: Callable[[Any], Iterable[Sequence[Any]]] | None = None
    display: Callable[[Any], Text] | None = None
    by_display: Callable[[Any], Text] | None = None


@dataclass(frozen=True, slots=True)
class ReadyView:
    """A view of a list that comes with the program, for these roles.

    `where` maps a search column to (operator, values), operators by their REST names: ``in``, ``is``, ``ge``, ``le``,
    ``rel_in`` and so on. Days may be words that stay true: ``today``, ``week``, ``month``, ``year`` (its first day).
    """

    name: str
    title: Text
    roles: frozenset[str]
    where: Mapping[str, tuple[str, tuple[str, ...]]]


class Resource(Protocol):
    """The attributes of a resource. Columns are explicit: what is not named here exists for nobody."""

    model: ClassVar[type]
    noun: ClassVar[str]
    plural: ClassVar[str]
    title: ClassVar[Text]
    category: ClassVar[str]
    rights: ClassVar[Rights]
    list_columns: ClassVar[Sequence[str]]
    show_columns: ClassVar[Sequence[str]]
    add_columns: ClassVar[Sequence[str]]
    edit_columns: ClassVar[Sequence[str]]
    search_columns: ClassVar[Sequence[str]]
    order_columns: ClassVar[Sequence[str]]
    base_order: ClassVar[tuple[str, str]]
    label_columns: ClassVar[Mapping[str, Text]]
    description_columns: ClassVar[Mapping[str, Text]]
    choice_columns: ClassVar[Mapping[str, Sequence[tuple[str, Text]]]]
    guarded_columns: ClassVar[Collection[str]]
    charts: ClassVar[tuple[Chart, ...]]
    tone_columns: ClassVar[Mapping[str, Mapping[Any, str]]]
    """Column -> value -> good, soon, late, note, calm or violet: a badge. May be left out, like what follows."""
    countdown_columns: ClassVar[Mapping[str, str]]
    """Column of a limit -> the column that is set once it no longer runs: drawn with the working days left."""
    ready_views: ClassVar[tuple[ReadyView, ...]]
    empty_text: ClassVar[Text]
    """Why the list may be empty, and what then."""


def rights(
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    *,
    create: Iterable[str] = (),
    update: Iterable[str] = (),
    delete: Iterable[str] = (),
) -> dict[str, frozenset[str]]:
    """The noun x method table of one noun: which roles do what. `write` means both create and update."""
    both = frozenset(write)
    given = {"create": both | frozenset(create), "update": both | frozenset(update), "delete": frozenset(delete)}
    return {"read": frozenset(read).union(*given.values()), **given}


def permission_of(table: Rights, right: str) -> str:
    """Name of the permission behind a right: read, write or delete; create is its own where its roles differ."""
    if right == "create" and table.get("update") and table["create"] != table["update"]:
        return "create"
    return {"create": "write", "update": "write"}.get(right, right)

"""What a seat learns from many rows at once: lists, counts, searches, orders, pickers, charts, figures, exports."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import String, Text, inspect, select

from app.domain.lifecycle import VERBS
from app.extensions import db
from app.models.scope import scoped_classes
from app.operations.exporting import case_rows
from app.operations.statistics import STATISTICS
from app.operations.worklists import LISTS
from tests.architecture.routes import NOUNS
from tests.matrix import oracle
from tests.matrix.walk import Walk
from tests.matrix.world import _actor, as_

EXTRAS = {"form", "limits", "complainant", "deadlines"}
"""What one case has beside its columns."""


def nouns(walk: Walk) -> list[str]:
    """The nouns that a seat may read."""
    return [noun for noun in NOUNS if oracle.may_read(walk.who, noun)]


def is_scoped(noun: str) -> bool:
    """Whether a noun's rows hang on cases."""
    case, children = scoped_classes()
    return NOUNS[noun].model in {case, *children}


def choices(noun: str) -> Any:
    """The columns of a noun that hold one of a list of codes."""
    return getattr(NOUNS[noun], "choice_columns", {})


def expected(walk: Walk, noun: str) -> list[dict[str, Any]]:
    """The rows of a scoped noun that a seat sees."""
    return oracle.rows_of(walk.world, walk.who, NOUNS[noun].model.__table__.name)


def asked(walk: Walk, noun: str, kind: str, **q: Any) -> Any:
    """The answer of a noun's list at REST."""
    path = f"/api/v1/{NOUNS[noun].plural}/"
    return walk.open(path, "GET", kind, query_string={"q": json.dumps({"page_size": 100, **q})})


# --- lists and counts -------------------------------------------------------------------------------------------


def lists(walk: Walk, noun: str) -> None:
    """Rows and count of both lists are those in sight, and hold the declared columns only."""
    resource, answer = NOUNS[noun], asked(walk, noun, "count").get_json()
    declared = {column for column in resource.list_columns if column.count(".") < 2}
    declared |= {column.split(".")[0] for column in declared if answer["result"] and _is_empty(answer, column)}
    for row in answer["result"][:1]:
        walk.note(is_right=keys(row) <= declared, what=f"{noun}: REST list holds {keys(row) - declared}")
    if not is_scoped(noun):
        return
    ids = {row["id"] for row in expected(walk, noun)}
    found = set(answer["ids"])
    walk.note(is_right=is_page(found, ids), what=f"{noun}: REST list {sorted(found)}, not {sorted(ids)}")
    walk.note(is_right=answer["count"] == len(ids), what=f"{noun}: count {answer['count']}, not {len(ids)}")
    page = walk.open(f"/admin/{resource.plural}/list/", "GET", "view", query_string={f"psize_{noun}View": 100}).text
    linked = {int(key) for key in re.findall(rf"/admin/{resource.plural}/show/(\d+)", page)}
    walk.note(is_right=is_page(linked, ids), what=f"{noun}: page list {sorted(linked)}, not {sorted(ids)}")


def is_page(found: set[int], ids: set[int]) -> bool:
    """Whether these are the rows, or a hundred of them."""
    return found <= ids and len(found) == min(len(ids), 100)


def _is_empty(answer: Any, column: str) -> bool:
    """Whether the first row has no related row there."""
    return answer["result"][0].get(column.partition(".")[0]) is None


def keys(row: Any, above: str = "") -> set[str]:
    """Dotted names of all that a row of JSON holds; what is free JSON in the database counts as one."""
    found: set[str] = set()
    for name, value in row.items():
        if value and isinstance(value, dict) and name not in ("before", "after", "errors", "content"):
            found |= keys(value, f"{above}{name}.")
        else:
            found.add(f"{above}{name}")
    return found


def columns(walk: Walk, noun: str) -> None:
    """Asking for each column and relation of the model brings none that is not declared."""
    resource = NOUNS[noun]
    names = list(dict(inspect(resource.model).all_orm_descriptors))
    roots = {column.split(".")[0] for column in resource.list_columns}
    for row in (asked(walk, noun, "rest", columns=names).get_json() or {}).get("result", ())[:1]:
        walk.note(is_right=set(row) <= roots, what=f"{noun}: columns bring {set(row) - roots}")
    first = expected(walk, noun)[:1] if is_scoped(noun) else [{"id": 1}]
    for row in first:
        query = {"q": json.dumps({"columns": names})}
        one = walk.open(f"/api/v1/{resource.plural}/{row['id']}", "GET", "rest", query_string=query).get_json()
        told = set(one.get("result", ())) - {column.split(".")[0] for column in resource.show_columns} - EXTRAS
        walk.note(is_right=not told, what=f"{noun}: get brings {told}")


def described(walk: Walk, noun: str) -> None:
    """`_info` names the declared columns only, and no related value out of sight."""
    asking = {"q": json.dumps({"keys": ["add_columns", "edit_columns", "filters", "add_title"]})}
    told = walk.open(f"/api/v1/{NOUNS[noun].plural}/_info", "GET", "related list", query_string=asking).get_json()
    for name, declared in (("add_columns", NOUNS[noun].add_columns), ("edit_columns", NOUNS[noun].edit_columns)):
        there = {line["name"] for line in told.get(name, ())}
        walk.note(is_right=there <= set(declared), what=f"{noun}: _info has {name} {there - set(declared)}")
    known = set(told.get("filters", ())) - set(NOUNS[noun].search_columns)
    walk.note(is_right=not known, what=f"{noun}: _info has filters {known}")


# --- searching and sorting --------------------------------------------------------------------------------------


def attributes(noun: str) -> list[str]:
    """Every column and relation of a model."""
    return [attribute.key for attribute in inspect(NOUNS[noun].model).attrs]


def undeclared(walk: Walk, noun: str) -> None:
    """What is not declared for searching or sorting is refused at REST, and changes nothing on the page."""
    resource = NOUNS[noun]
    for column in (name for name in attributes(noun) if name not in resource.search_columns):
        filters = [{"col": column, "opr": "eq", "value": "1"}]
        answer = asked(walk, noun, "rest", filters=filters)
        walk.note(is_right=answer.status_code == 400, what=f"{noun}: searched by {column}: {answer.status_code}")
    for column in (name for name in attributes(noun) if name not in resource.order_columns):
        answer = asked(walk, noun, "rest", order_column=column, order_direction="asc")
        walk.note(is_right=answer.status_code == 400, what=f"{noun}: sorted by {column}: {answer.status_code}")
    path, usual = f"/admin/{resource.plural}/list/", None
    for column in (None, *(name for name in attributes(noun) if name not in resource.order_columns)):
        order = {f"_oc_{noun}View": column, f"_od_{noun}View": "desc"} if column else {}
        shown = re.findall(r"/show/(\d+)", walk.open(path, "GET", "view", query_string=order).text)
        usual = usual or shown
        walk.note(is_right=shown == usual, what=f"{noun}: page sorted by {column}")


def searched(walk: Walk, noun: str) -> None:
    """No search finds a row out of sight, by text or by relation; the count of each is that of the rows in sight."""
    table = NOUNS[noun].model.__table__
    mine = {row["id"] for row in expected(walk, noun)}
    foreign = [row for case in walk.world.cases for row in case.rows[table.name] if row["id"] not in mine]
    for column in NOUNS[noun].search_columns:
        name = column if column in table.c else f"{column}_id" if f"{column}_id" in table.c else f"{column}_code"
        if name not in table.c:
            continue
        is_text = isinstance(table.c[name].type, String | Text) and column == name
        for value in {row[name] for row in foreign if row[name] is not None and isinstance(row[name], str | int)}:
            if column == name and not is_text:
                continue
            key = value if is_text else _key(walk, column, noun, value)
            operator = ("ct" if is_text else "rel_o_m") if column not in choices(noun) else "eq"
            wanted = _found(walk, noun, name, value, is_whole=operator != "ct")
            answer = asked(walk, noun, "count", filters=[{"col": column, "opr": operator, "value": key}])
            said = f"{noun}: {column} {operator} {key}: {answer.status_code} {answer.text[:80]}, not {wanted}"
            walk.note(is_right=answer.status_code == 200 and answer.get_json()["count"] == wanted, what=said)


def _found(walk: Walk, noun: str, name: str, value: Any, *, is_whole: bool) -> int:
    """How many rows in sight have this value; a part of a text is looked for in what stands for it."""
    name = getattr(NOUNS[noun].model, "searched_as", {}).get(name, name)
    rows = [row[name] for row in expected(walk, noun)]
    if is_whole:
        return rows.count(value)
    return sum(value.lower() in str(each or "").lower() for each in rows)


def _key(walk: Walk, column: str, noun: str, value: Any) -> Any:
    """The id behind a foreign key that is a code."""
    if isinstance(value, int):
        return value
    related: Any = inspect(NOUNS[noun].model).relationships[column].mapper.class_
    with walk.system():
        return db.session.scalar(select(related.id).where(related.code == value))


def planted_texts(walk: Walk) -> None:
    """No text that a seat must not see is found by the search of any column."""
    for noun in (each for each in nouns(walk) if is_scoped(each)):
        table = NOUNS[noun].model.__table__
        for column in (each for each in NOUNS[noun].search_columns if each in table.c):
            if not isinstance(table.c[column].type, String | Text) or column in choices(noun):
                continue
            for text, what in list(oracle.hidden(walk.world, walk.who))[::7]:
                found = asked(walk, noun, "count", filters=[{"col": column, "opr": "ct", "value": text[:60]}])
                walk.note(is_right=found.get_json().get("count") == 0, what=f"{noun}.{column} finds {what}")


# --- pickers, charts, figures, work lists, exports ------------------------------------------------------------------


def pickers(walk: Walk, noun: str) -> None:
    """Only relations that a form or search of the page has can be picked."""
    resource = NOUNS[noun]
    declared = {*resource.search_columns, *resource.add_columns, *resource.edit_columns}
    related = {each.key for each in inspect(resource.model).relationships}
    for column in (*sorted(related), "id", "nothing"):
        answer = walk.open(f"/admin/{resource.plural}/pick/{column}", "GET", "picker")
        fine = 200 if column in related & declared else 404
        walk.note(is_right=answer.status_code == fine, what=f"{noun}: pick {column}: {answer.status_code}")


def charts(walk: Walk) -> None:
    """Every chart counts the rows in sight, and names no unit that is seen in no case."""
    for noun in nouns(walk):
        for chart in getattr(NOUNS[noun], "charts", ()):
            page = walk.open(f"/admin/{NOUNS[noun].plural}/chart/{chart.name}", "GET", "chart").text
            drawn = json.loads(html.unescape(re.findall(r'data-chart="([^"]*)"', page)[0]))
            rows = [[cell["v"] for cell in row["c"]] for row in drawn["rows"]]
            sheet = walk.open(f"/admin/{NOUNS[noun].plural}/chart/{chart.name}/xlsx", "GET", "export").data
            told = [list(row) for row in load_workbook(BytesIO(sheet)).worksheets[0].values]
            is_same = [row[: len(drawn["cols"])] for row in told[1 : len(rows) + 1]] == rows
            walk.note(is_right=is_same and len(told) == len(rows) + 3, what=f"{noun}/{chart.name}: another workbook")
            walk.look_through(repr(told), f"workbook {noun}/{chart.name}")
            _figures(walk, f"chart {noun}/{chart.name}", rows, counted=noun if chart.query is None else "")


def statistics(walk: Walk) -> None:
    """So do the figures of REST."""
    for name in STATISTICS:
        answer = walk.open(f"/api/v1/statistics/{name}", "GET", "chart")
        wanted = "Evaluation" if name.startswith("satisfaction") else "Case"
        if not oracle.may_read(walk.who, wanted):
            walk.note(is_right=answer.status_code in (401, 403), what=f"statistics {name}: {answer.status_code}")
            continue
        told = answer.get_json()
        counted = "Case" if told["cols"] == ["label", "count"] else ""
        _figures(walk, f"statistics {name}", told["rows"], counted)
        if wanted == "Evaluation":
            total = sum(row[2] for row in told["rows"])
            seen = [row for row in expected(walk, "Evaluation") if row["submitted_at"]]
            walk.note(is_right=total == len(seen), what=f"statistics {name}: {total}, not {len(seen)}")


def _figures(walk: Walk, what: str, rows: list[Any], counted: str) -> None:
    if counted:
        total, seen = sum(sum(row[1:]) for row in rows), len(expected(walk, counted))
        walk.note(is_right=total == seen, what=f"{what}: {total}, not {seen}")
    labels, units = {str(row[0]) for row in rows}, _units(walk)
    walk.note(is_right=not labels & units, what=f"{what}: names {labels & units}")


def _units(walk: Walk) -> set[str]:
    """Names of the departments that lead cases, but none in sight."""
    table = NOUNS["Department"].model.__table__
    leads = {case.rows["cases"][0]["department_id"] for case in walk.world.cases}
    leads -= {row["department_id"] for row in expected(walk, "Case")}
    with walk.system():
        return set(db.session.scalars(select(table.c.name).where(table.c.id.in_(leads))))


def work(walk: Walk) -> None:
    """Work lists link to cases in sight only, and count no more than there are."""
    mine = {row["id"] for row in expected(walk, "Case")}
    for path in ("/admin/", *(f"/admin/work/{name}" for name in LISTS)):
        page = walk.open(path, "GET", "view").text
        linked = {int(key) for key in re.findall(r"/admin/cases/show/(\d+)", page)}
        walk.note(is_right=linked <= mine, what=f"{path}: links to {linked - mine}")
        numbers = re.findall(r'hy-count">(\d+)<|hy-head">[^<]*<small>(\d+)<', page)
        most = max((int(number) for pair in numbers for number in pair if number), default=0)
        walk.note(is_right=most <= len(mine), what=f"{path}: counts {most}, but {len(mine)} are in sight")


def finding(walk: Walk) -> None:
    """What somebody types finds cases in sight only; what is planted out of sight is found by nobody else."""
    mine = {row["id"] for row in expected(walk, "Case")}
    for case in walk.world.cases:
        row, is_seen = case.rows["cases"][0], case.id in mine
        for typed in filter(None, (row["receipt_no"], row["case_no"], row["receipt_no"][:8], row["title"])):
            found = walk.open("/admin/find/suggest", "GET", "view", query_string={"q": typed}).get_json()["cases"]
            ids = {int(each["url"].rpartition("/")[2]) for each in found}
            walk.note(is_right=ids <= mine, what=f"suggest {typed}: {ids - mine}")
            if typed == row["receipt_no"]:
                walk.note(is_right=ids == ({case.id} if is_seen else set()), what=f"suggest {typed}: {ids}")
                sent = walk.open("/admin/find/", "GET", "view", query_string={"q": typed}).location
                leads = sent.endswith(f"/cases/show/{case.id}")
                walk.note(is_right=leads == is_seen, what=f"find {typed}: {sent}")
    for text, what in list(oracle.hidden(walk.world, walk.who))[::7]:
        answer = walk.open("/admin/find/suggest", "GET", "view", query_string={"q": text[:60]})
        walk.note(is_right=answer.get_json() == {"cases": []}, what=f"suggest finds {what}")


def bulk(walk: Walk) -> None:
    """Many cases at once: those out of sight are not there, and no row moves (the test looks at the database)."""
    mine = {row["id"] for row in expected(walk, "Case")}
    foreign = [str(case.id) for case in walk.world.cases if case.id not in mine]
    for verb in (verb.name for verb in VERBS.values() if verb.is_bulk):
        for path in ("/admin/cases/action_post", f"/admin/cases/bulk/{verb}"):
            form = {"action": str(verb), "rowid": foreign, "case_id": foreign, "matter_code": "A10"}
            answer = walk.open(path, "POST", "action", form)
            fine = (404,) if oracle.may_do(walk.who, verb) else (302, 403)
            said = f"{path} {verb} on {foreign}: {answer.status_code}, not {fine}"
            walk.note(is_right=not foreign or answer.status_code in fine, what=said)


def export(walk: Walk) -> None:
    """A file of cases has those in sight and no text that is kept from others."""
    with walk.app.app_context(), as_(_actor(walk.who)):
        rows = list(case_rows())
    numbers = {row["receipt_no"] for row in rows}
    mine = {row["receipt_no"] for row in expected(walk, "Case")}
    walk.note(is_right=numbers == mine, what=f"export: {numbers ^ mine}")
    walk.checks["export"] += 1
    walk.look_through(repr(rows), "export")


def everything(walk: Walk) -> None:
    """All of it, for the nouns that a seat may read."""
    for noun in nouns(walk):
        lists(walk, noun)
        columns(walk, noun)
        described(walk, noun)
        pickers(walk, noun)
        if is_scoped(noun):
            searched(walk, noun)
    if oracle.may_read(walk.who, "Case"):
        charts(walk)
        statistics(walk)
        work(walk)
        finding(walk)
        bulk(walk)
        export(walk)

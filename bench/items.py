"""What is measured: the items of the report, each as a request that both apps understand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

WORDS = ("收费", "手续费", "停水", "押金", "工程款", "窗口")
_serial = count(1)


@dataclass(frozen=True)
class Item:
    """A request. `stock` is the path for stock FAB where it differs; `{}` in a path is filled anew each time."""

    key: str
    title: str
    path: str
    stock: str = ""
    is_page: bool = False
    is_post: bool = False
    is_heavy: bool = False


def _asked(**q: object) -> str:
    return "?q=" + quote(json.dumps(q, ensure_ascii=False))


def items(status: str, region: tuple[int, str], case: int, officer: int) -> list[Item]:
    """The items. A status and a region (id and code) that many cases have; a case; an officer whose form is opened."""
    closed = {"col": "status", "opr": "eq", "value": status}
    both = [closed, {"col": "region", "opr": "rel_o_m", "value": region[0]}]
    same = [closed, {"col": "region_code", "opr": "eq", "value": region[1]}]
    some = ["receipt_no", "title", "body", "status", "matter.code", "matter.name", "department.code", "department.name"]
    return [
        Item(
            "R1",
            "REST list of 25, 2 filters, newest first, total",
            "/api/v1/cases/" + _asked(filters=both, page_size=25),
            "/api/v1/cases/" + _asked(filters=same, page_size=25),
        ),
        Item("R1a", "REST list of 25, no filter", "/api/v1/cases/" + _asked(page_size=25)),
        Item("R2", "the same, page 1,000", "/api/v1/cases/" + _asked(page_size=25, page=999)),
        Item("R3", "one case with matter and department", f"/api/v1/cases/{case}" + _asked(columns=some)),
        Item("R4", "create a row (kind of department), validated", "/api/v1/department-types/", is_post=True),
        Item(
            "R5",
            "find 2 to 3 Chinese characters",
            "/api/v1/cases/" + _asked(filters=[{"col": "title", "opr": "has", "value": "WORD"}], page_size=25),
            "/api/v1/cases/" + _asked(filters=[{"col": "body", "opr": "ct", "value": "WORD"}], page_size=25),
        ),
        Item(
            "R6",
            "chart of all cases by status",
            "/admin/cases/chart/by-status",
            "/admin/cases-chart/chart/0",
            is_page=True,
            is_heavy=True,
        ),
        Item("H1", "HTML list page", "/admin/cases/list/?psize_CaseView=25", is_page=True),
        Item("H2", "HTML edit form (select of departments)", f"/admin/officers/edit/{officer}", is_page=True),
    ]


def path_of(item: Item, side: str, turn: int) -> str:
    """The path of this turn: another word each time."""
    path = item.stock if side == "stock" and item.stock else item.path
    return path.replace("WORD", quote(WORDS[turn % len(WORDS)]))


def body_of() -> dict[str, str]:
    """A new row's columns."""
    number = next(_serial)
    return {"code": f"B{number:05d}", "name": f"Bench {number}"}

"""What fills the slots of a made-up complaint: days, sums and numbers that go together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

Slots = dict[str, str]
_NUMBERS = ("no", "priorno", "docno", "bidno", "caseno")
_POOLED = ("street", "project", "item", "policy", "industry", "agency", "goods", "fee_name", "activity")


def fill(pick: Random, texts: Mapping[str, Any], filed_on: date, happened: date) -> Slots:
    """Slots of one complaint; its events lie before `happened`, and `days` have gone by since."""
    pools, formats = texts["slots"], texts["formats"]
    earlier = happened - timedelta(days=pick.randrange(200, 700))
    agreed = earlier + timedelta(days=pick.randrange(60, 180))
    return {
        **{name: pick.choice(pools[name]) for name in _POOLED},
        **_amounts(pick, formats),
        **_numbers(pick, formats, earlier.year),
        "days": str((filed_on - happened).days),
        "date": _spoken(happened, formats),
        "date_iso": happened.isoformat(),
        "earlier": _spoken(earlier, formats),
        "earlier_iso": earlier.isoformat(),
        "due_iso": agreed.isoformat(),
        "later_iso": (happened + timedelta(days=365)).isoformat(),
    }


def _amounts(pick: Random, formats: Mapping[str, str]) -> Slots:
    """Sums that go together, as a person writes them and in yuan: total = debt + paid; a fee; an investment."""
    total = pick.randrange(120, 9800) * 1000
    debt = total * pick.randrange(15, 85) // 100 // 100 * 100
    fee = pick.randrange(20, 300) * 100
    sums = {"total": total, "debt": debt, "paid": total - debt, "fee": fee}
    return {
        **{name: _spoken_sum(amount, formats) for name, amount in sums.items()},
        **{f"{name}_yuan": f"{amount}.00" for name, amount in sums.items()},
        "invest": f"{total * 3 // 10000}.00",
    }


def _numbers(pick: Random, formats: Mapping[str, str], year: int) -> Slots:
    serial = pick.randrange(1000, 9999)
    parts = {"year": year, "serial": serial, "small": serial % 90 + 1, "digit": serial % 9 + 1}
    return {
        **{name: formats[name].format_map(parts) for name in _NUMBERS},
        "count": str(pick.randrange(2, 7)),
        "account": f"{pick.randrange(10**9):010}",
    }


def _spoken_sum(amount: int, formats: Mapping[str, str]) -> str:
    if amount < 10_000:
        return formats["small"].format(amount=amount)
    return formats["large"].format(amount=f"{amount / 10_000:.1f}".removesuffix(".0"))


def _spoken(day: date, formats: Mapping[str, str]) -> str:
    return formats["day"].format(year=day.year, month=day.month, day=day.day)

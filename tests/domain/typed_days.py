"""The typed days of 2023 to 2026 (State Council's yearly notices), and times in China, for these tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.domain.calendar import CHINA, Calendar

_OFF = {
    "New Year's Day": "2023-01-01/02 2023-12-30/31 2024-01-01 2025-01-01 2026-01-01/03",
    "Spring Festival": "2023-01-21/27 2024-02-10/17 2025-01-28/31 2025-02-01/04 2026-02-15/23",
    "Tomb-sweeping Day": "2023-04-05 2024-04-04/06 2025-04-04/06 2026-04-04/06",
    "Labour Day": "2023-04-29/30 2023-05-01/03 2024-05-01/05 2025-05-01/05 2026-05-01/05",
    "Dragon Boat Festival": "2023-06-22/24 2024-06-10 2025-05-31 2025-06-01/02 2026-06-19/21",
    "Mid-autumn Festival": "2023-09-29 2024-09-15/17 2025-10-06 2026-09-25/27",
    "National Day": "2023-09-30 2023-10-01/06 2024-10-01/07 2025-10-01/05 2025-10-07/08 2026-10-01/07",
}
_MAKE_UP = (
    "2023-01-28/29 2023-04-23 2023-05-06 2023-06-25 2023-10-07/08 "
    "2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 "
    "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 "
    "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
)


def _dates(text: str) -> list[date]:
    """Read ``2026-02-15/23`` as nine days of one month."""
    found = []
    for part in text.split():
        first = date.fromisoformat(part[:10])
        last = first.replace(day=int(part[11:])) if "/" in part else first
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found


def typed_days() -> dict[date, tuple[str, str]]:
    """Return the typed days as ``Calendar`` takes them."""
    days = {day: ("off", name) for name, text in _OFF.items() for day in _dates(text)}
    return days | dict.fromkeys(_dates(_MAKE_UP), ("work", ""))


CALENDAR = Calendar(typed_days())


def on(text: str, clock: str = "10:00") -> datetime:
    """Return that time of that day in China."""
    return datetime.fromisoformat(f"{text}T{clock}").replace(tzinfo=CHINA)

"""What a check of `run.py doctor` finds, and how checks are run: one that breaks is a finding itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line: of what, how bad, what there is, and what mends it."""

    name: str
    level: Level
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """As it is printed."""
        line = f"{self.level:4}  {self.name}: {self.text}"
        return f"{line}\n      {self.remedy}" if self.remedy else line


Check = Callable[[], Finding]


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", text)


def looked(checks: Iterable[tuple[str, Check, str]]) -> list[Finding]:
    """Run the checks (name, what looks, what mends it where it cannot even look), all of them."""
    return [_looked(name, check, remedy) for name, check, remedy in checks]


def broken(name: str, error: Exception, remedy: str) -> Finding:
    """Looking failed. What the error says passes the net of the log."""
    from app.logs.net import message_of

    return Finding(name, "fail", f"cannot be told ({type(error).__name__}: {message_of(error)})", remedy)


def _looked(name: str, check: Check, remedy: str) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        return broken(name, error, remedy)

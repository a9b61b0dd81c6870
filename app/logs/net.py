"""The net: a filter that every line passes on its way out. Names are never logged; it holds back what slips through.

Cut are numbers of eleven digits and more (phones, ID and card numbers), e-mail addresses, tokens and query codes, and
whatever a database quotes of a row. An error is written as its kind, its places and a message in which quoted values
and Chinese text are cut as well. Of other people's loggers only the sentence is kept, never the words put into it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any

from app.logs import context
from config import ROOT

CUT = "[…]"
LONGEST, DEEPEST = 300, 20
TRUSTED = ("app", "alembic", "gunicorn", "py.warnings")
"""Loggers whose arguments are kept; `app` is ours, the others speak of revisions, processes and lines of code."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
_ROWS = re.compile(
    r"\s*(?:Failing row contains|DETAIL:|CONTEXT:|HINT:|LINE \d+:|\[parameters|\[SQL|\(Background on).*", re.DOTALL
)
_WORD = r"(?<![0-9A-Za-z_-])"
_HOLES = (
    re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    re.compile(r"(?<![0-9A-Za-z])\+?[0-9](?:[ -]?[0-9]){9,}[0-9Xx](?![0-9A-Za-z])"),  # no ISO time: that has a T
    re.compile(_WORD + r"(?=[A-Za-z-]*[0-9])[0-9A-HJKMNP-TV-Z]{4}(?:[ -][0-9A-HJKMNP-TV-Z]{4}){3}(?![0-9A-Za-z])"),
    re.compile(_WORD + r"(?=[A-Z_-]*[0-9a-z])(?=[a-z_-]*[0-9A-Z])[0-9A-Za-z_-]{16,}"),
)
_QUOTED = re.compile(r"(?<![A-Za-z])'(?:[^']|(?<=[A-Za-z])'(?=[A-Za-z]))*(?:'|$)|\"[^\"]*(?:\"|$)")
_PLAIN = re.compile(r"['\"][A-Za-z_][A-Za-z_.]{0,60}['\"]")  # a name of the code: a column, a module, a constraint
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class Net(logging.Filter):
    """Cleans a record in place: message and arguments become one clean text, an error what `described` says."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, clean."""
        if record.exc_info and not isinstance(record.exc_info, bool) and record.exc_info[1] is not None:
            record.error = described(record.exc_info[1])
        record.msg, record.args = _said(record), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def clean(text: str) -> str:
    """The text without phones, numbers, addresses, tokens and rows, on one line; ids of ours stay."""
    text = _ROWS.sub(f" {CUT}", text.translate(_NARROW))
    for hole in _HOLES:
        text = hole.sub(lambda found: found[0] if _is_harmless(found[0]) else CUT, text)
    return " ".join(text.split())


def message_of(error: BaseException) -> str:
    """What an error says, without any value: its first line, quotations and Chinese text cut."""
    lines = str(error).splitlines()
    return _strict(_ROWS.sub("", lines[0])[:LONGEST]) if lines else ""


def discreet(text: str) -> str:
    """A text from outside that is given back, such as an address: numbers, tokens and Chinese text cut."""
    return _HAN.sub(CUT, clean(text))


def _strict(text: str) -> str:
    """Clean, without quotations (but for names of the code) and Chinese text."""
    return _HAN.sub(CUT, _QUOTED.sub(lambda found: found[0] if _PLAIN.fullmatch(found[0]) else CUT, clean(text)))


def described(error: BaseException) -> dict[str, Any]:
    """An error as the log has it: kind, message, and the places from the innermost outwards; causes likewise."""
    told: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
        "message": message_of(error),
        "places": list(places(error.__traceback__)),
    }
    causes = [f"{type(each).__qualname__}: {message_of(each)}" for each in _causes(error)]
    return {**told, "causes": causes} if causes else told


def in_short(error: BaseException) -> str:
    """Kind and innermost place, for where nothing else may be kept."""
    where = next(places(error.__traceback__), "nowhere")
    return f"{type(error).__qualname__} at {where}"


def places(trace: TracebackType | None) -> Iterator[str]:
    """`file:line function` of each frame, the innermost first."""
    for frame in reversed(extract_tb(trace)[-DEEPEST:]):
        yield f"{_short(frame.filename)}:{frame.lineno} {frame.name}"


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-2:])


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = [error]
    while (cause := seen[-1].__cause__ or seen[-1].__context__) is not None and len(seen) < DEEPEST:
        seen.append(cause)
        yield cause


def _said(record: logging.LogRecord) -> str:
    """The message; where it is an error itself, as of errors; where it is of others, without what was put in."""
    if isinstance(record.msg, BaseException):
        return message_of(record.msg)
    if record.name.partition(".")[0] in TRUSTED or record.name in TRUSTED:
        return clean(_formatted(record))
    return _strict(_formatted(record, (int, float)))


def _formatted(record: logging.LogRecord, kept: tuple[type, ...] = ()) -> str:
    """The message with its arguments; with `kept`, only with those of such kinds. A wrong one is no reason to fail."""
    args: Any = record.args
    try:
        if kept and isinstance(args, tuple):
            args = tuple(each if type(each) in kept else CUT for each in args)
            return (
                re.sub(r"%(\([^)]*\))?[-#0 +]*[0-9.]*[dr]", "%s", str(record.msg)) % args if args else str(record.msg)
            )
        if kept and args:
            return str(record.msg)
        return str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _is_harmless(word: str) -> bool:
    """Ids of the log's own, and words of the code, however long."""
    return context.is_id(word) or re.fullmatch(r"[a-z]+(?:[_-][a-z]+)*|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*", word) is not None

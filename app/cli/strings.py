"""Compiled translations: `messages.mo` beside each `messages.po`. They are built, never committed."""

from __future__ import annotations

import os
from pathlib import Path


def compile_catalogues(directory: Path) -> int:
    """Compile each catalogue under `directory` whose .mo is missing or older; returns how many."""
    waiting = stale(directory)
    for path in waiting:
        _compile(path)
    return len(waiting)


def stale(directory: Path) -> list[Path]:
    """Catalogues under `directory` that have not been compiled since they were last changed."""
    return [path for path in sorted(directory.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    draft = source.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(source.with_suffix(".mo"))  # in one step: a running process reads the old or the new one

"""Checks that need no database: Python, packages, folder, disk, secrets, catalogues. Nothing secret is ever shown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from app.cli.findings import Check, Finding, Level, ok
from config import ROOT, TRANSLATIONS, Settings

OLDEST = (3, 11)
FOLDER = "Let this account own HUIYIN_DATA and HUIYIN_STORAGE."
SETUP = "Run `scripts/setup.sh run`."
MEGA = 1024 * 1024
LITTLE, TOO_LITTLE = 1024 * MEGA, 200 * MEGA
SECRET_FILES = ("secret-key", "data-keys", "demo-password")
FEWEST_CHARACTERS = 10
"""A secret of fewer different ones was typed, not drawn."""


def checks(settings: Settings) -> list[tuple[str, Check, str]]:
    """All of them, by name."""
    return [
        *bare(),
        ("data folder", lambda: data_folder(settings), FOLDER),
        ("disk", lambda: disk(settings), FOLDER),
        ("secrets", lambda: secrets(settings), "Set HUIYIN_SECRET_KEY and HUIYIN_DATA_KEYS."),
        ("translations", translations, "Run `run.py upgrade`."),
    ]


def bare() -> list[tuple[str, Check, str]]:
    """Those that need no settings."""
    return [("python", python, SETUP), ("packages", packages, SETUP)]


def python() -> Finding:
    """The version."""
    version = platform.python_version()
    if tuple(map(int, platform.python_version_tuple()[:2])) < OLDEST:
        return Finding("python", "fail", version, "Install Python 3.11 or newer, then run `scripts/setup.sh run`.")
    return ok("python", version)


def packages(pins: Path = ROOT / "requirements.txt") -> Finding:
    """What is installed, against what is pinned."""
    wanted = list(_pinned(pins))
    found = {name: _installed(name) for name, _ in wanted}
    missing = [name for name, _ in wanted if not found[name]]
    if missing:
        return Finding("packages", "fail", f"not installed: {', '.join(missing)}", SETUP)
    others = [f"{name} {found[name]} instead of {version}" for name, version in wanted if found[name] != version]
    if others:
        return Finding("packages", "warn", "; ".join(others), SETUP)
    return ok("packages", f"{len(wanted)} as pinned")


def _pinned(pins: Path) -> Iterator[tuple[str, str]]:
    from packaging.requirements import Requirement

    for line in pins.read_text().splitlines():
        if not line[:1].isalpha():
            continue
        wanted = Requirement(line.rstrip(" \\"))
        if wanted.marker is None or wanted.marker.evaluate():
            yield wanted.name, str(wanted.specifier).removeprefix("==")


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def data_folder(settings: Settings) -> Finding:
    """Writable by this account, and the secrets in it readable by nobody else."""
    folder, name = settings.data, "data folder"
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(name, "fail", f"{folder} cannot be written", f"Make it, and let this account own it: {folder}")
    open_files = [each for each in SECRET_FILES if (folder / each).exists() and _mode(folder / each) & 0o077]
    if open_files:
        paths = " ".join(str(folder / each) for each in open_files)
        return Finding(name, "fail", f"others can read {', '.join(open_files)}", f"Run `chmod 600 {paths}`.")
    mode = _mode(folder)
    if mode & 0o002 or (settings.is_production and mode & 0o077):
        return Finding(name, "warn", f"mode {mode:o}: others can look into it", f"Run `chmod 700 {folder}`.")
    return ok(name, f"{folder}, writable, mode {mode:o}")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def disk(settings: Settings) -> Finding:
    """Free room where data and evidence are kept; the smaller of both."""
    folders = [each for each in (settings.data, settings.storage) if each is not None and each.is_dir()]
    free = min((shutil.disk_usage(each).free for each in folders), default=0)
    text = f"{free // MEGA:,} MB free"
    if free < LITTLE:
        remedy = "Make room: with none, nothing can be filed any more."
        return Finding("disk", "fail" if free < TOO_LITTLE else "warn", text, remedy)
    return ok("disk", text)


def secrets(settings: Settings) -> Finding:
    """There, and in production drawn and not typed."""
    name = "secrets"
    keys = [*(key for _, key in settings.data_keys), settings.secret_key.encode()]
    weak = [each for each in keys if len(set(each)) < FEWEST_CHARACTERS]
    if weak:
        level: Level = "fail" if settings.is_production else "warn"
        return Finding(
            name, level, "one is too simple", "Draw new ones as docs/operations.md says, and keep the old data keys."
        )
    if not settings.is_production:
        return ok(name, "made up or given; for development")
    return ok(name, f"set; {len(settings.data_keys)} data keys")


def translations() -> Finding:
    """Compiled since they were last changed."""
    from app.cli.strings import stale

    if waiting := stale(TRANSLATIONS):
        languages = ", ".join(each.parent.parent.name for each in waiting)
        return Finding("translations", "fail", f"not compiled: {languages}", "Run `run.py upgrade`.")
    return ok("translations", "compiled")

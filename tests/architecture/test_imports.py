"""Imports run down only: the contracts hold, every package has its floor, and a planted violation is seen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
PLANTED = {
    "domain/planted.py": "import flask\n",
    "operations/planted.py": "from app.jobs import queues\n",
    "api/planted.py": "from app.admin import views\n",
    "models/planted.py": "from flask import request\n",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_contracts_hold():
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


def test_every_package_has_its_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = set(re.findall(r"\w+", " ".join(contracts[0]["layers"])))
    packages = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    assert packages | {"extensions"} == floors


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "config.py", folder)
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    return folder


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_seen(copy, name):
    planted = copy / "app" / name
    planted.write_text(PLANTED[name])
    answer = lint(copy)
    planted.unlink()
    assert answer.returncode == 1
    assert f"app.{name[:-3].replace('/', '.')}" in answer.stdout

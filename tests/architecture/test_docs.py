"""The documents agree with the code, their links lead somewhere, and nothing names the machine it was written on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT, described

sys.path.insert(0, str(ROOT / "scripts"))
import lifecycle_doc
import reference_docs

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PRIVATE = re.compile(
    r"(?<![\w.])/(work/(main|shared|\.\w)|root/|tmp/h" + r"y\b|home/\w)|pypi\.org/simple|mirror\.\w+\.\w+"
)
"""Folders of one machine, and hosts that packages come from."""
LONGEST_FILE, DOMAIN_BUDGET = 400, 2600


def ours() -> Iterator[Path]:
    """Every text file that belongs to the project: those that git knows, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and "/vendor/" not in name and b"\0" not in path.read_bytes()[:8192]:
            yield path


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_life_of_a_case_is_that_of_the_table():
    assert (DOCS / "lifecycle.md").read_text() == lifecycle_doc.page(), "run scripts/lifecycle_doc.py"


@pytest.mark.parametrize("name", sorted(reference_docs.PAGES))
def test_a_reference_page_is_as_the_code_says(name):
    assert (DOCS / name).read_text() == reference_docs.PAGES[name](), "run scripts/reference_docs.py"


def test_every_setting_is_documented_and_in_the_example():
    text, example = (DOCS / "configuration.md").read_text(), (ROOT / ".env.example").read_text()
    names = {name for name, _, _ in described()}
    assert [name for name in names if f"`{name}`" not in text] == []
    assert names - set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) <= {"HUIYIN_CLOCK_OFFSET"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    broken = []
    for link in LINK.findall(page.read_text()):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_decision_is_linked_from_the_architecture():
    linked = set(LINK.findall((DOCS / "architecture.md").read_text()))
    assert {f"adr/{path.name}" for path in (DOCS / "adr").glob("*.md")} <= linked


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_page_is_reached_from_the_readme(readme):
    linked = set(LINK.findall((ROOT / readme).read_text()))
    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} <= linked


def test_every_dependency_is_listed():
    text = (DOCS / "dependencies.md").read_text()
    lines = [
        line for name in ("requirements.in", "requirements-dev.in") for line in (ROOT / name).read_text().split("\n")
    ]
    names = [re.split(r"[=<>\[]", line)[0] for line in lines if line and not line.startswith(("-", "#"))]
    assert [name for name in names if name not in text] == []


def test_files_and_the_rules_stay_small():
    code = [path for path in ours() if path.suffix == ".py" and "versions" not in path.parts]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in code}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    assert sum(length for name, length in lengths.items() if name.startswith("app/domain/")) <= DOMAIN_BUDGET


def test_no_file_names_the_machine_it_was_written_on():
    guilty = [str(path.relative_to(ROOT)) for path in ours() if PRIVATE.search(path.read_text(errors="replace"))]
    assert guilty == []

"""A stranger adds a noun by docs/adding-a-noun.md alone: its code, put into a copy of the project, gives all doors."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "adding-a-noun.md"
WALK = """
from collections import defaultdict
from app import create_app
from app.cli.upgrading import upgrade
from app.domain.access import SYSTEM, Role
from app.extensions import clock, db
from app.models.department import Department
from app.models.scope import acting
from app.operations.seeding import seed
from flask_migrate import revision
from scripts import reference_docs
from tests.architecture import routes
from tests.factories import officer
from tests.matrix import lists, walk
from tests.pages import PASSWORD, Rest, sign_in
from werkzeug.security import generate_password_hash

app = create_app(None, TESTING=True, RATELIMIT_ENABLED=False)
with app.app_context():
    upgrade(app)
    revision(directory="app/migrations", message="liaison officers", autogenerate=True, rev_id="liaison")
    upgrade(app)
    with acting(SYSTEM):
        seed(clock.now())
        db.session.remove()
        user = officer(Role.PLATFORM_ADMIN, at="410000-YSHJ")
        user.password = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
        db.session.commit()
        name, unit = user.username, db.session.query(Department.id).first()[0]
    db.session.remove()
page, rest = sign_in(app, name), Rest(app, name)
made = rest("POST", "liaison-officers/", json={"name": "Li", "phone": "1", "department": unit, "is_active": True})
assert made.status_code == 201, made.text
assert rest("GET", "liaison-officers/").get_json()["count"] == 1
assert rest("DELETE", f"liaison-officers/{made.get_json()['id']}").status_code == 405
assert "Li" in page.get("/admin/liaison-officers/list/").text
assert page.get("/admin/liaison-officers/chart/by-department").status_code == 200
assert page.send("/admin/liaison-officers/add", name="Wang", department=str(unit), is_active="y").status_code == 302
assert rest("GET", "liaison-officers/").get_json()["count"] == 2
handbook = page.get("/admin/handbook/liaison-officers").text
assert "<code>department.name</code>" in handbook and "Whom the centre calls" in handbook
cells = [routes.access_of(rule.endpoint) for rule in app.url_map.iter_rules()]
assert ("can_write", "LiaisonOfficer") in cells
walked = {(rule.endpoint, method) for rule, method in walk.rules(app)}
for door, method in (("Api.get_list", "GET"), ("Api.get", "GET"), ("Api.post", "POST"), ("Api.put", "PUT")):
    assert (f"LiaisonOfficer{door}", method) in walked, door
for door, method in (("View.list", "GET"), ("View.show", "GET"), ("View.add", "POST"), ("Chart.chart", "GET")):
    assert (f"LiaisonOfficer{door}", method) in walked, door
assert "LiaisonOfficer" in lists.NOUNS
reference_docs._chinese = lambda: defaultdict(str)  # make strings has not been run here
dictionary = reference_docs.dictionary().split("## LiaisonOfficer")[1].split("## ")[0]
assert "Whom the centre calls" in dictionary and "| `phone` |" in dictionary
assert "/api/v1/liaison-officers/" in rest("GET", "_openapi").text
print("all doors open")
"""


def blocks() -> list[str]:
    """The guide's Python, in its order: model, resource, view, API, chart."""
    return re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def declaration(code: str) -> list[str]:
    """Lines that say something: no blank ones, imports and docstrings."""
    return [line for line in code.splitlines() if line.strip() and not re.match(r'\s*("""|from |import )', line)]


def test_a_noun_takes_forty_lines_at_most():
    assert 20 < sum(len(declaration(block)) for block in blocks()) <= 40


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace each text once, and be sure that it was there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, (path.name, old)
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_the_guide_gives_pages_rest_and_chart(tmp_path):
    model, resource, view, api, chart = blocks()
    for name in ("app", "scripts", "translations", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    shutil.copy(ROOT / "config.py", tmp_path)
    (tmp_path / "app/models/liaison.py").write_text(model, encoding="utf-8")
    (tmp_path / "app/resources/liaison.py").write_text(resource, encoding="utf-8")
    edit(tmp_path / "app/models/__init__.py", ("FILES = (\n", 'FILES = (\n    "liaison",\n'))
    edit(
        tmp_path / "app/resources/__init__.py",
        ("ALL: tuple", "from app.resources.liaison import LiaisonOfficerResource\n\nALL: tuple"),
        ("    CaseResource,\n", "    CaseResource,\n    LiaisonOfficerResource,\n"),
    )
    edit(
        tmp_path / "app/admin/views.py",
        ("VIEWS = (\n", f"{view}\n\n{chart}\n\nVIEWS = (\n    LiaisonOfficerView,\n"),
        ("CHARTS = (", "CHARTS = (LiaisonOfficerChart, "),
    )
    edit(
        tmp_path / "app/api/nouns.py",
        ("APIS = (\n", f"{api}\n\nAPIS = (\n    LiaisonOfficerApi,\n"),
    )
    done = subprocess.run(
        [sys.executable, "-c", WALK],
        cwd=tmp_path,
        env={"HUIYIN_DATA": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert "all doors open" in done.stdout, done.stdout + done.stderr

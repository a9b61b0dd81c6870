"""Fetch the vendored packages again, as app/static/vendor/vendor.json names them. By hand: `python scripts/vendor.py`.

Needs npm (nothing else here does). Writes the files, the small build of ECharts (esbuild joins what its entry names,
and leaves out the rest), the sprite of icons, and their SHA-256 sums, which a test compares.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "app" / "static" / "vendor"
_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def fetched(name: str, version: str, folder: str) -> Path:
    """The package, unpacked."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    place = Path(folder) / re.sub(r"\W", "-", name)
    with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def copied(package: dict[str, Any], source: Path) -> dict[str, str]:
    """Put the named files side by side into the package's folder; name: SHA-256."""
    target = VENDOR / package["folder"]
    target.mkdir(exist_ok=True)
    for name in package["files"]:
        if (source / name).exists():
            (target / Path(name).name).write_bytes((source / name).read_bytes())
    return {path.name: summed(path) for path in sorted(target.iterdir())}


def built(package: dict[str, Any], folder: str) -> dict[str, str]:
    """One file of what the entry takes from a package, by the named version of esbuild; name: SHA-256."""
    source, target = VENDOR.parents[2] / package["entry"], VENDOR / package["folder"]
    target.mkdir(exist_ok=True)
    wanted = [f"{package['name']}@{package['version']}", package["with"]]
    subprocess.run(["npm", "install", "--silent", "--ignore-scripts", *wanted], cwd=folder, check=True)
    entry = Path(folder) / source.name
    entry.write_bytes(source.read_bytes())
    out = target / f"{package['name']}.small.min.js"
    options = ["--bundle", "--minify", "--format=iife", f"--global-name={package['name']}", "--target=es2020"]
    esbuild = Path(folder) / "node_modules" / ".bin" / "esbuild"
    subprocess.run([esbuild, entry.name, *options, f"--outfile={out}"], cwd=folder, check=True)
    for name in package["files"]:
        (target / name).write_bytes((Path(folder) / "node_modules" / package["name"] / name).read_bytes())
    return {path.name: summed(path) for path in sorted(target.iterdir())}


def sprite(icons: dict[str, Any], source: Path) -> dict[str, str]:
    """One file with a symbol for each named icon."""
    target = VENDOR / icons["folder"]
    target.mkdir(exist_ok=True)
    symbols = "".join(_symbol(source / "icons" / "outline" / f"{name}.svg", name) for name in icons["names"])
    (target / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n', encoding="utf-8")
    (target / "LICENSE").write_bytes((source / "LICENSE").read_bytes())
    return {path.name: summed(path) for path in sorted(target.iterdir())}


def _symbol(path: Path, name: str) -> str:
    inner = _INNER.search(re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    drawn = re.sub(r"\s+", " ", inner[1].strip())  # type: ignore[index]
    style = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{drawn}</symbol>\n'


def summed(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Fetch all."""
    listed = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for package in listed["packages"]:
            package["sums"] = copied(package, fetched(package["name"], package["version"], folder))
        for package in listed["built"]:
            package["sums"] = built(package, folder)
        icons = listed["icons"]
        icons["sums"] = sprite(icons, fetched(icons["name"], icons["version"], folder))
    (VENDOR / "vendor.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

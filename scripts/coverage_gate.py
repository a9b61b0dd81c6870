"""How much of the code the tests ran: every branch of domain/ and operations/, 90 % of the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"app/domain": 100.0, "app/operations": 100.0, "app": 90.0}  # the first that fits a file counts


@dataclass
class Part:
    """Statements and branches of one part of the code."""

    possible: int = 0
    covered: int = 0
    gaps: list[str] = field(default_factory=list)

    def add(self, path: str, file: dict[str, Any]) -> None:
        """Count one file."""
        summary = file["summary"]
        self.possible += summary["num_statements"] + summary["num_branches"]
        self.covered += summary["covered_lines"] + summary["covered_branches"]
        missing = [*map(str, file["missing_lines"]), *(f"{a}→{b}" for a, b in file["missing_branches"])]
        if missing:
            self.gaps.append(f"  {path}: {', '.join(missing)}")

    @property
    def per_cent(self) -> float:
        """Share covered; 100 where there is nothing to cover."""
        return 100.0 * self.covered / self.possible if self.possible else 100.0


def measured() -> dict[str, Any]:
    """Coverage of all data files together, as coverage's own JSON."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "combine", "--quiet"], cwd=ROOT, check=True)
    subprocess.run([*coverage, "json", "--quiet", "-o", "coverage.json"], cwd=ROOT, check=True)
    answer: dict[str, Any] = json.loads((ROOT / "coverage.json").read_text())
    return answer


def parts(files: dict[str, Any]) -> dict[str, Part]:
    """Files sorted into the parts of FLOORS."""
    sorted_out = {name: Part() for name in FLOORS}
    for path, file in sorted(files.items()):
        name = next((each for each in FLOORS if path.startswith(f"{each}/")), None)
        if name:
            sorted_out[name].add(path, file)
    return sorted_out


def main() -> int:
    """Print each part with its floor; gaps of the parts below theirs."""
    is_fine = True
    for name, part in parts(measured()["files"]).items():
        is_enough = part.per_cent >= FLOORS[name]
        is_fine = is_fine and is_enough
        print(f"{name:16} {part.per_cent:6.2f} % (at least {FLOORS[name]:g} %)" + ("" if is_enough else "  TOO LOW"))
        if not is_enough:
            print("\n".join(part.gaps))
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench`: fill the database, start both apps, ask them in turns, print the table (docs/performance.md)."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import create_engine, text

from bench import data, measure
from bench.items import items
from bench.places import database

PLACE = Path("/var/tmp/huiyin-bench")  # nosec B108 - of the one who measures, on a machine of their own
BUSY = """SELECT status, region_code, count(*) AS n FROM cases GROUP BY status, region_code ORDER BY n DESC LIMIT 1"""


def main() -> None:
    """Do all of it for one database of one size."""
    options = _options()
    folder = options.folder / f"{options.db}-{options.cases}"
    with ExitStack() as stack:
        url = stack.enter_context(database(options.db, folder))
        os.environ["DATABASE_URL"] = url
        if not options.filled:
            data.fill(url, folder, options.cases)
        clients = {}
        for side, user in measure.SIDES.items():
            port = stack.enter_context(measure.served(side, url, folder))
            clients[side] = measure.Client(port, user)
        asked = [each for each in _items(url) if not options.only or each.key in options.only.split(",")]
        _clean(url)
        costs = measure.rounds(clients, asked, options.rounds)
    print(
        f"\n{options.cases:,} cases on {options.db}, {options.rounds} rounds; time and work as parts of stock FAB's\n"
    )
    print("| item | time | work | statements |\n|---|--:|--:|--:|")
    for each in asked:
        print(measure.line(each, costs[each.key]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--db", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--cases", type=int, default=100_000, help="100000, or a multiple of it")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=PLACE, help="kept from run to run")
    parser.add_argument("--filled", action="store_true", help="the database is as it shall be: do not look")
    parser.add_argument("--only", default="", help="items, separated by commas: R1,H1")
    return parser.parse_args()


def _items(url: str) -> list[measure.Item]:
    engine = create_engine(url)
    with engine.connect() as connection:
        status, code, _ = connection.execute(text(BUSY)).one()
        region = connection.scalar(text("SELECT id FROM regions WHERE code = :code"), {"code": code})
        case = connection.scalar(text("SELECT min(id) FROM cases WHERE respondent_department_id IS NULL"))
        officer = connection.scalar(text("SELECT id FROM ab_user WHERE username = 'handler'"))
    engine.dispose()
    return items(status, (region, code), case, officer)


def _clean(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM department_types WHERE code LIKE 'B_____'"))
    engine.dispose()


if __name__ == "__main__":
    main()

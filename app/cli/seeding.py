"""Command: seed (catalogue, regions, departments, calendar, policy; demonstration). Safe to run again."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from app.cli.frame import application, say
from app.cli.passwords import made_up

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from flask import Flask

    from config import Settings

DEMO_CASES = 300


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add seed."""
    command = commands.add_parser("seed", help="catalogue, regions, departments, calendar, policy; safe to run again")
    command.add_argument("--demo", action="store_true", help="add demonstration accounts and cases (development only)")
    command.add_argument(
        "--cases",
        type=_number,
        metavar="N",
        help=f"with --demo: how many cases there shall be ({DEMO_CASES} where there is none)",
    )
    command.set_defaults(run=seed, wrong_usage=command.error)


def seed(options: Namespace) -> None:
    """Write the seeds and, with --demo, the demonstration accounts and N cases."""
    if options.cases is not None and not options.demo:
        options.wrong_usage("--cases goes with --demo")
    with application() as app:
        if options.demo:
            _refuse_production(app)
        _catalogue()
        if options.demo:
            _demonstration(app, options.cases)


def first_start(app: Flask) -> None:
    """Seed; where a development database has no case, add the demonstration. In the app's context."""
    from app.operations import demo_accounts

    _catalogue()
    chosen: Settings = app.config["HUIYIN"]
    if chosen.is_production:
        return
    if not _has_cases():
        _demonstration(app, None)
    elif demo_accounts.common_hash():
        _accounts(app)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError("a whole number")
    return int(text)


def _catalogue() -> None:
    from app.extensions import clock
    from app.operations.seeding import seed as seed_catalogue

    lines = seed_catalogue(clock.now())
    changed = [line for line in lines if not line.endswith((": unchanged", ": 0 added"))]
    say(*(f"Seeds: {line}" for line in changed or ["unchanged"]))


def _has_cases() -> bool:
    from sqlalchemy import select

    from app.models.case import Case
    from app.models.scope import unscoped

    with unscoped("is this a first start?") as session:
        return session.scalar(select(Case.id).limit(1)) is not None


def _demonstration(app: Flask, wanted: int | None) -> None:
    from app.extensions import clock
    from app.operations import demo

    chosen: Settings = app.config["HUIYIN"]
    password = _accounts(app)
    made = demo.seed_cases(wanted, clock.now(), _progress(), is_production=chosen.is_production)
    say(f"Demonstration: {made:,} new cases")
    say(f"Demonstration: sign in as platform_admin, intake, dispatcher, handler, …; password {password}")


def _refuse_production(app: Flask) -> None:
    from app.operations.demo_accounts import refuse_production

    refuse_production(is_production=app.config["HUIYIN"].is_production)


def _accounts(app: Flask) -> str:
    """Make the accounts, with the password of the settings or the one kept in the data folder; the password."""
    from app.extensions import access, clock, db
    from app.operations import demo_accounts
    from config import kept_secret

    chosen: Settings = app.config["HUIYIN"]
    password = chosen.demo_password or kept_secret(chosen.data / "demo-password", made_up)
    shared = demo_accounts.common_hash()
    is_same = shared is not None and access.matches(password, shared)
    hash_ = shared if shared and is_same else access.hashed(password)
    made = demo_accounts.ensure(hash_, clock.now(), is_production=chosen.is_production)
    db.session.remove()
    if made:
        say(f"Demonstration: {made} accounts")
    return password


def _progress() -> Callable[[int, int], None]:
    begun = time.monotonic()

    def told(done: int, total: int) -> None:
        seconds = time.monotonic() - begun
        say(f"Demonstration: {done:,} of {total:,} cases after {seconds:,.0f} s")

    return told

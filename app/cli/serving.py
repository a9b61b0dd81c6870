"""Commands that keep running: web, worker, clock, and all of them together."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli.frame import settings

if TYPE_CHECKING:
    from argparse import Namespace

    from config import Settings


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add web, worker, clock and all."""
    commands.add_parser("web", help="serve pages and REST").set_defaults(run=web)
    commands.add_parser("worker", help="run jobs from the queues").set_defaults(run=worker)
    clock_command = commands.add_parser("clock", help="find what is due and have it done")
    clock_command.add_argument("--once", action="store_true", help="take every due step, print the counts, end")
    clock_command.set_defaults(run=clock)
    everything = commands.add_parser(
        "all", help="upgrade, then web, worker, clock and an embedded Valkey in one terminal"
    )
    everything.set_defaults(run=all_together)


def web(_options: Namespace) -> None:
    """Serve with gunicorn until told to stop."""
    from app import create_app
    from app.jobs.serve import serve

    chosen = _begun("web")
    serve(lambda: create_app(chosen), chosen)


def worker(_options: Namespace) -> Any:
    """Run jobs until told to stop."""
    from app import create_app
    from app.jobs.worker import main

    return main(create_app(_begun("worker")))


def clock(options: Namespace) -> Any:
    """Look for due steps every few seconds, or once."""
    from app import create_app
    from app.jobs.clock import main

    return main(create_app(_begun("clock")), once=options.once)


def _begun(process: str) -> Settings:
    """The settings, with the log of this process begun."""
    from app import logs

    chosen = settings()
    logs.start(chosen, process)
    return chosen


def all_together(_options: Namespace) -> int:
    """Run everything in one terminal until Ctrl-C."""
    from app.jobs.together import run_all

    return run_all(settings())

"""Command: doctor: what is wrong and how to mend it, one line a finding. Nothing is changed, no secret is shown."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli import checks_machine, checks_system
from app.cli.findings import Finding, broken, looked
from app.cli.frame import add_json, application, emit, settings
from config import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace

    from config import Settings


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add doctor."""
    command = commands.add_parser("doctor", help="what is wrong and how to mend it; exit status 1 where something is")
    add_json(command)
    command.set_defaults(run=doctor)


def doctor(options: Namespace) -> int:
    """Print the findings; 1 where one of them failed."""
    findings = examined()
    counts = {level: sum(each.level == level for each in findings) for level in ("ok", "warn", "fail")}
    total = ", ".join(f"{count} {level}" for level, count in counts.items())
    emit(options, {"findings": [asdict(each) for each in findings], **counts}, [*map(str, findings), total])
    return 1 if counts["fail"] else 0


def examined() -> list[Finding]:
    """Everything that could be looked at."""
    try:
        chosen = settings()
    except SettingsError as error:
        remedy = "Correct .env or the environment; docs/configuration.md names every setting."
        return [*looked(checks_machine.bare()), Finding("settings", "fail", str(error), remedy)]
    return [*looked(checks_machine.checks(chosen)), *_in_the_app(chosen)]


def _in_the_app(chosen: Settings) -> list[Finding]:
    try:
        with application(chosen) as app:
            return [*looked(checks_system.stands(app, chosen)), *_running()]
    except Exception as error:  # noqa: BLE001 - a site that cannot start is what was found
        return [broken("start", error, checks_system.UPGRADE)]


def _running() -> list[Finding]:
    from app.extensions import clock, db
    from app.operations.condition import condition

    db.session.rollback()
    try:
        it = condition(clock.now(), clock.real())
    except Exception as error:  # noqa: BLE001 - the same
        return [broken("clock, messages, steps", error, checks_system.UPGRADE)]
    return looked(checks_system.runs(it))

"""The command line's frame: the parser, the groups of commands and what their errors look like."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from app.cli.frame import CommandFailed, explained

GROUPS = ("serving", "upgrading", "seeding", "users", "clients", "exchange", "explain", "verify", "doctor", "backup")
EPILOG = "Exit status: 0 done, 1 refused or failed, 2 wrong usage. Settings come from the environment and .env."


def main(arguments: list[str] | None = None) -> int:
    """Parse, run one command and return its exit status; errors become one sentence on standard error."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:  # `run.py … | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        failure = explained(error)
        if failure is None:
            raise
        return failed(failure, is_json=getattr(options, "json", False))


def parser() -> argparse.ArgumentParser:
    """All commands; each group's module has a `register(commands)` that adds its own."""
    root = argparse.ArgumentParser(
        prog="run.py", description="Huiyin: complaints, from filing to rating.", epilog=EPILOG
    )
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        importlib.import_module(f"app.cli.{group}").register(commands)
    return root


def failed(failure: CommandFailed, *, is_json: bool) -> int:
    """Say what was refused or failed; the exit status is 1."""
    from app.cli.frame import write_json

    if is_json:
        write_json(failure.as_data())
    for line in failure.lines:
        sys.stderr.write(f"{line}\n")
    return 1

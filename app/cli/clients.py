"""Commands: client add, client rotate, client list, client end. A key is printed once and nowhere kept."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from app.cli.frame import add_json, application, emit, say
from app.domain.calendar import CHINA
from app.domain.clients import LONGEST_OVERLAP, OVERLAP, USUAL, ClientScope, is_live

if TYPE_CHECKING:
    from argparse import Namespace

ONCE = "Keep it now: it is shown only this once."


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add client with its four commands."""
    clients = commands.add_parser("client", help="connected systems: add, change the key, list, end").add_subparsers(
        metavar="COMMAND", required=True
    )
    _adding(clients.add_parser("add", help="add a connected system with its account; prints its key"))
    rotating = clients.add_parser("rotate", help="a new key; the old one ends by itself after some days")
    rotating.add_argument("code")
    most = LONGEST_OVERLAP.days
    rotating.add_argument("--days", type=int, default=OVERLAP.days, help=f"for the old key, 0 to {most} (default 7)")
    rotating.add_argument("--until", type=_end_of_day, metavar="DAY", help="last day of the new key")
    rotating.set_defaults(run=rotate)
    listing = clients.add_parser("list", help="list the connected systems and their keys")
    add_json(listing)
    listing.set_defaults(run=show)
    ending = clients.add_parser("end", help="end a connected system, or one of its keys, at once")
    ending.add_argument("code")
    ending.add_argument("--key", metavar="HINT", help="only the key that begins like this")
    ending.set_defaults(run=end)


def _adding(command: argparse.ArgumentParser) -> None:
    command.add_argument("code", help="also the user name of its account")
    command.add_argument("--name", required=True, help="what people call the system")
    command.add_argument("--department", metavar="CODE", help="code of its department")
    command.add_argument("--source-system", metavar="NAME", help="the only source_system it may file as")
    known = ", ".join(ClientScope)
    command.add_argument("--scopes", default=" ".join(USUAL), help=f"separated by spaces, of: {known}")
    command.add_argument("--networks", default="", help="CIDR, separated by spaces; empty: from anywhere")
    command.add_argument("--per-minute", type=int, help="calls; nothing: the default")
    command.add_argument("--per-day", type=int, help="calls; nothing: the default")
    command.add_argument("--until", type=_end_of_day, metavar="DAY", help="last day of the key")
    command.set_defaults(run=add)


def add(options: Namespace) -> None:
    """Add a client; print its key."""
    with application():
        from app.domain.access import SYSTEM
        from app.extensions import clock
        from app.operations import client_keys

        new = client_keys.NewClient(
            code=options.code,
            name=options.name,
            department_code=options.department,
            source_system=options.source_system,
            scopes=options.scopes,
            networks=options.networks,
            per_minute=options.per_minute,
            per_day=options.per_day,
            expires_at=options.until,
        )
        _, key = client_keys.add(new, SYSTEM, clock.now())
    say(f"{options.code} was added. {ONCE}", key)


def rotate(options: Namespace) -> None:
    """Print a new key."""
    with application():
        from app.domain.access import SYSTEM
        from app.extensions import clock
        from app.operations import client_keys

        client = client_keys.named(options.code)
        key = client_keys.rotate(client.id, SYSTEM, clock.now(), timedelta(days=options.days), options.until)
    say(f"{options.code} has a new key; the old one opens for {options.days} days more. {ONCE}", key)


def end(options: Namespace) -> None:
    """End a client, or one key of it."""
    with application():
        from app.domain.access import SYSTEM
        from app.domain.errors import NotFound
        from app.extensions import clock
        from app.operations import client_keys

        client = client_keys.named(options.code)
        if options.key is None:
            client_keys.end(client.id, SYSTEM, clock.now())
            say(f"{options.code} was ended, with all its keys.")
            return
        found = [key for key in client.keys if key.hint == options.key[: len(key.hint)]]
        if len(found) != 1:
            raise NotFound(f"{options.code} has no key that begins with {options.key[:10]}.")
        client_keys.end_key(found[0].id, SYSTEM, clock.now())
    say(f"The key of {options.code} was ended.")


def show(options: Namespace) -> None:
    """Print the clients with their limits and keys."""
    with application():
        from app.extensions import clock
        from app.operations import client_keys

        now = clock.now()
        rows = [_facts(client, now) for client in client_keys.listed()]
    emit(options, rows, [line for row in rows for line in _lines(row)])


def _facts(client: Any, now: datetime) -> dict[str, Any]:
    names = ("code", "name", "source_system", "scopes", "networks", "per_minute", "per_day", "is_active")
    times = ("hint", "created_at", "last_used_at", "expires_at", "ended_at")
    keys = [
        {**{name: getattr(key, name) for name in times}, "is_live": is_live(key.ended_at, key.expires_at, now)}
        for key in client.keys
    ]
    return {**{name: getattr(client, name) for name in names}, "keys": keys}


def _lines(row: dict[str, Any]) -> list[str]:
    state = "" if row["is_active"] else "  ended"
    live = [f"    {key['hint']}…  last used {key['last_used_at'] or 'never'}" for key in row["keys"] if key["is_live"]]
    return [f"{row['code']}  {row['name']}  {row['scopes'] or '-'}{state}", *live]


def _end_of_day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), CHINA)
    except ValueError:
        raise argparse.ArgumentTypeError("give a day such as 2027-12-31") from None

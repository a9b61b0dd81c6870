"""Values of settings, parsed from text; each raises ValueError with what is wanted instead."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
GATEWAYS = ("outbox", "http")
_CHINA = ZoneInfo("Asia/Shanghai")
_KEY_BYTES = 32


def metrics_token(text: str) -> str:
    """A secret that can stand in a header."""
    if not re.fullmatch(r"[!-~]{16,}", text):
        raise ValueError("at least 16 plain characters without spaces")
    return text


def roles(text: str) -> tuple[str, ...]:
    """Names of roles; none of them for `none`."""
    names = tuple(name.strip() for name in text.split(",") if name.strip() and name.strip() != "none")
    if not all(re.fullmatch(r"[a-z_]+", name) for name in names):
        raise ValueError("names of roles separated by commas, or none")
    return names


def one_of(*values: str) -> Callable[[str], str]:
    """A parser that takes one of these words."""

    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(f"{', '.join(values[:-1])} or {values[-1]}")
        return text

    return parse


def whole(least: int, most: int) -> Callable[[str], int]:
    """A parser that takes a whole number within limits, both included."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


port, count = whole(1, 65535), whole(1, 64)


def switch(text: str) -> bool:
    """On or off."""
    if text not in {"on", "off"}:
        raise ValueError("on or off")
    return text == "on"


def folder(text: str) -> Path:
    """A folder; a relative one lies in the project."""
    return (ROOT / Path(text).expanduser()).resolve()


def picture(text: str) -> Path:
    """A picture that browsers show; a relative one lies in the project."""
    found = folder(text)
    if found.suffix.lower() not in (".png", ".svg", ".jpg", ".webp") or not found.is_file():
        raise ValueError("a file that is there: .png, .svg, .jpg or .webp")
    return found


def scanner(text: str) -> str:
    """Where clamd listens."""
    if not re.fullmatch(r"unix:/.+|.+:[0-9]+", text):
        raise ValueError("unix:/path/of/the/socket or host:port")
    return text


def gateways(text: str) -> tuple[str, ...]:
    """SMS gateways in order of preference."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or not set(names) <= set(GATEWAYS):
        raise ValueError(f"one or more of {', '.join(GATEWAYS)}, separated by commas")
    return names


def database(text: str) -> str:
    """A database's address, with the driver that we use."""
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("sqlite:///… or postgresql+psycopg://…")
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def address(text: str) -> str:
    """An http address without a slash at its end."""
    if not text.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return text.rstrip("/")


def instant(text: str) -> datetime:
    """An instant; without an offset in China's time."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("an ISO instant such as 2026-03-02T09:00:00+08:00") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=_CHINA)).astimezone(UTC)


def data_keys(text: str) -> tuple[tuple[str, bytes], ...]:
    """Keys with their ids, the current one first."""
    return tuple(_data_key(part.strip()) for part in text.split(","))


def _data_key(text: str) -> tuple[str, bytes]:
    key_id, _, encoded = text.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not key_id.isalnum() or len(key) != _KEY_BYTES:
        raise ValueError("keyid:base64 of 32 bytes, several separated by commas, the current one first")
    return key_id, key

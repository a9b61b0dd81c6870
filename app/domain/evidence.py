"""Evidence: which kinds of file are taken, how many, how large (bytes), and under which name they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from app.domain.access import ADMINS, FILERS, UNIT, Actor, Role, Scope, Ties, sees_complainant

MEGABYTE = 1024 * 1024
MAX_FILE, MAX_CASE, MAX_FILES = 20 * MEGABYTE, 100 * MEGABYTE, 10
PIECE = 512 * 1024
"""A file that is sent in pieces comes in pieces of this size; the last one is what is left."""
MAX_OPEN = 20
"""So many files may one person have half sent; the oldest goes for one more."""
KEPT = timedelta(hours=24)
"""For so long an uploaded file waits for its complaint, and a half sent one for the rest of it."""
MAX_PIXELS, MAX_SIDE, NAME_LENGTH = 50_000_000, 20_000, 255
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO = 1_000, 500 * MEGABYTE, 100
ADDERS = ADMINS | UNIT | FILERS | {Role.INTAKE, Role.DISPATCHER, Role.SUPERVISOR, Role.CALLER}
"""Who may add evidence to a case in scope."""
OUTSIDE = frozenset({Scope.FILED, Scope.COMPLAINANT})


class Kind(NamedTuple):
    """A kind of file; the usual one of its extensions comes first."""

    name: str
    family: str
    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.name: kind
    for kind in (
        Kind("jpeg", "picture", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
        Kind("png", "picture", "image/png", ("png",)),
        Kind("gif", "picture", "image/gif", ("gif",)),
        Kind("webp", "picture", "image/webp", ("webp",)),
        Kind("bmp", "picture", "image/bmp", ("bmp", "dib")),
        Kind("heic", "picture", "image/heic", ("heic", "heif")),
        Kind("pdf", "document", "application/pdf", ("pdf",)),
        Kind("docx", "office", f"{_OFFICE}wordprocessingml.document", ("docx",)),
        Kind("xlsx", "office", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
        Kind("pptx", "office", f"{_OFFICE}presentationml.presentation", ("pptx",)),
        Kind("doc", "office", "application/msword", ("doc", "wps")),
        Kind("xls", "office", "application/vnd.ms-excel", ("xls", "et")),
        Kind("ppt", "office", "application/vnd.ms-powerpoint", ("ppt", "dps")),
        Kind("ofd", "document", "application/ofd", ("ofd",)),
        Kind("txt", "text", "text/plain", ("txt",)),
        Kind("mp3", "sound", "audio/mpeg", ("mp3",)),
        Kind("m4a", "sound", "audio/mp4", ("m4a",)),
        Kind("wav", "sound", "audio/wav", ("wav",)),
        Kind("amr", "sound", "audio/amr", ("amr",)),
        Kind("mp4", "video", "video/mp4", ("mp4", "m4v")),
        Kind("mov", "video", "video/quicktime", ("mov", "qt")),
        Kind("3gp", "video", "video/3gpp", ("3gp", "3gpp")),
        Kind("zip", "archive", "application/zip", ("zip",)),
    )
}
ACCEPT = tuple(f".{extension}" for kind in KINDS.values() for extension in kind.extensions)
DRAWN = frozenset({"jpeg", "png", "gif", "webp", "bmp"})
"""Pictures that are checked pixel by pixel, and shown small."""
_ARCHIVES = ("zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "jar", "iso", "cab", "zst", "lzma", "z")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


class Entry(NamedTuple):
    """One line of a zip file's list: name, size once unpacked, size as packed."""

    name: str
    size: int
    packed: int


def extension_of(name: str) -> str:
    """What follows the last dot, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def seen(text: str) -> str:
    """A text without what nobody sees: control characters, and those that turn the direction of what follows."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))


def clean_name(given: str) -> str:
    """A file's name for people: no folders, no control or direction characters, at most 255 characters."""
    name = seen(given).replace("\\", "/").rpartition("/")[2].strip(" .")
    if name.partition(".")[0].strip().lower() in _DEVICES:
        name = f"_{name}"
    if len(name) > NAME_LENGTH:
        tail = f".{extension_of(name)}"[-16:] if "." in name else ""
        name = name[: NAME_LENGTH - len(tail)] + tail
    return name or "file"


def is_known(name: str) -> bool:
    """Whether the name's extension, where it has one, is one of a kind that is taken."""
    extension = extension_of(name)
    return not extension or f".{extension}" in ACCEPT


def piece_due(size: int, received: int) -> int:
    """How many bytes the next piece has, of a file of this size of which so many bytes are there."""
    return min(PIECE, size - received)


def is_misnamed(kind: Kind, name: str) -> bool:
    """Whether the name claims another kind than the content; pictures are often saved under another's extension."""
    extension = extension_of(name)
    alike = (each for each in KINDS.values() if each is kind or each.family == kind.family == "picture")
    return bool(extension) and not any(extension in each.extensions for each in alike)


def zip_fault(entries: Sequence[Entry], size: int) -> str:
    """Why a zip file of this size is not taken: an English msgid, or nothing."""
    unpacked, packed = sum(entry.size for entry in entries), sum(entry.packed for entry in entries)
    if len(entries) > MAX_ENTRIES:
        return "The zip file holds more than 1,000 files."
    if unpacked > MAX_UNPACKED or packed > size or unpacked > max(size * MAX_RATIO, MEGABYTE):
        return "The zip file would unpack to far more than it should."
    if any(extension_of(entry.name) in _ARCHIVES for entry in entries):
        return "The zip file holds other packed files: please send what is in them."
    return ""


def picture_fault(width: int, height: int) -> str:
    """Why a picture of this size in pixels is not taken: an English msgid, or nothing."""
    is_fine = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS
    return "" if is_fine else "The picture has too many pixels: at most 50 million."


def may_open(actor: Actor, source: str, ties: Ties) -> bool:
    """Whether evidence in scope may be opened: officers' not by a mere filer, a confidential one's not by the unit."""
    is_from_outside = source != "officer"
    if actor.scope in OUTSIDE:
        return is_from_outside
    return not is_from_outside or sees_complainant(actor, ties)

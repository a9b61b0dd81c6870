"""A tar file as a stream: members written and read one after the other, whole or not at all.

Only plain headers of ordinary files are written, and only those are read: no links, no long or sparse entries, nothing
that leads elsewhere or unfolds. No file is ever made after a member's name; readers match names and pass the rest by.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from app.domain.errors import GatewayError, Reason, Refused
from app.gateways.storage import synced

_BLOCK: Final = tarfile.BLOCKSIZE
_PIECE: Final = 1024 * 1024
_PRIVATE: Final = 0o600


class Member:
    """One file in the archive, to be read once and before the next one."""

    def __init__(self, name: str, size: int, file: IO[bytes]) -> None:
        self.name, self.size = name, size
        self._file, self._left, self._sum = file, size, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """What is left of its content. Raises Refused where the archive is cut off."""
        while self._left:
            piece = _exactly(self._file, min(self._left, _PIECE))
            self._left -= len(piece)
            self._sum.update(piece)
            yield piece

    def read(self, most: int) -> bytes:
        """All of its content. Raises Refused where that is more than `most` bytes."""
        if self.size > most:
            raise damaged(f"{self.name} is too large")
        return b"".join(self.pieces())

    def sha256(self) -> str:
        """Hash of the whole content; reads what has not been read."""
        for _ in self.pieces():
            pass
        return self._sum.hexdigest()


class Writer:
    """Adds members to a new archive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> str:
        """Add a member of so many bytes; its SHA-256. Raises GatewayError where the pieces make another size."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, _PRIVATE
        self._file.write(info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))
        seen, total = hashlib.sha256(), 0
        for piece in pieces:
            self._file.write(piece)
            seen.update(piece)
            total += len(piece)
        if total != size:
            raise GatewayError(f"{name} changed while it was read.")
        self._file.write(bytes(-size % _BLOCK))
        return seen.hexdigest()


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """A new archive at `path`, readable by its owner only; it appears there when the block has ended well.

    Raises Refused where there is a file already, GatewayError where the disk refuses.
    """
    if path.exists():
        raise Refused(Reason("file_exists", "%(path)s is there already: choose another name.", {"path": path}))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            yield Writer(file)
            file.write(bytes(2 * _BLOCK))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        synced(path.parent)
    except OSError as error:
        raise GatewayError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        if draft.parent.is_dir():
            draft.unlink(missing_ok=True)


def members(path: Path) -> Iterator[Member]:
    """The members of an archive in their order. Raises PermissionError and Refused (no file, damaged)."""
    if not path.is_file():
        raise Refused(Reason("no_file", "There is no file %(path)s.", {"path": path}))
    with path.open("rb") as file:
        while (info := _header(file)) is not None:
            member = Member(info.name, info.size, file)
            yield member
            member.sha256()
            _exactly(file, -info.size % _BLOCK)


def damaged(how: str) -> Refused:
    """What is said of an archive that cannot be trusted."""
    return Refused(Reason("backup_damaged", "This is no backup, or it is damaged: %(how)s.", {"how": how}))


def _header(file: IO[bytes]) -> tarfile.TarInfo | None:
    block = _exactly(file, _BLOCK)
    if block == bytes(_BLOCK):
        return None
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise damaged("a header cannot be read") from error
    if info.type != tarfile.REGTYPE or info.size < 0:
        raise damaged("it holds something that is no plain file")
    return info


def _exactly(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise damaged("it is cut off")
    return found

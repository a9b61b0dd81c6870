"""Files outside the database: encrypted in chunks, under random keys, outside the web root.

Layout of a file: ``HY1`` + length of key id (1 byte) + key id + salt (16 bytes), then chunks of at most 1 MiB, each
AES-256-GCM with a 16-byte tag. The file's own key is HKDF-SHA256 of the data key and the salt, the nonce is the
chunk's number, the associated data is storage key, header, number and whether it is the last chunk (NIST SP 800-38D):
what is cut, swapped, doubled or moved to another key does not open. A file appears whole or not at all.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import GatewayError

CHUNK: Final = 1024 * 1024
_MAGIC: Final = b"HY1"
_SALT, _TAG = 16, 16
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_PRIVATE: Final = 0o600


_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


class NoRoom(GatewayError):
    """The disk is full; it may pass."""


class Storage(Protocol):
    """Where files are kept. Keys are made by `new_key`."""

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep a file. Raises GatewayError, and then nothing of it is there."""

    def read(self, key: str) -> Iterator[bytes]:
        """The file's content. Raises GatewayError: permanent where it is missing or was altered."""

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""

    def tidy(self, before: float) -> int:
        """Remove what was left half written before an instant (seconds of the epoch, real time); how many."""

    def older(self, before: float) -> Iterator[str]:
        """Keys of the files last written before an instant (seconds of the epoch, real time)."""

    def stored(self, key: str) -> IO[bytes]:
        """A file as it is stored, encrypted, for a backup. Raises GatewayError as `read` does."""

    def restore(self, key: str, pieces: Iterable[bytes]) -> None:
        """Keep a file that comes, encrypted, from a backup. Raises GatewayError, and then nothing of it is there."""

    def is_empty(self) -> bool:
        """Whether no file is kept."""


def new_key() -> str:
    """A random name for a file: 128 bits."""
    return secrets.token_hex(16)


class FolderStorage:
    """A folder with two levels of folders below it, readable by its owner only."""

    def __init__(self, folder: Path, keys: Mapping[str, bytes]) -> None:
        """Take folder and data keys, the current one first; the folder is made with the first file."""
        self.folder, self.keys = folder, dict(keys)

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Encrypt and keep a file."""
        self.restore(key, self._sealed(key, chunks))

    def restore(self, key: str, pieces: Iterable[bytes]) -> None:
        """Write down to the disk, then give the file its name."""
        path = self._path(key)
        draft = path.with_name(f".{key}.{secrets.token_hex(8)}")
        try:
            self._make(path.parent)
            self._write(draft, pieces)
            draft.rename(path)
            synced(path.parent)
        except OSError as error:
            kind = NoRoom if error.errno in _FULL else GatewayError
            raise kind(f"The file cannot be stored: {error.strerror}.") from error
        finally:
            if draft.parent.is_dir():
                draft.unlink(missing_ok=True)

    @staticmethod
    def _write(draft: Path, pieces: Iterable[bytes]) -> None:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def read(self, key: str) -> Iterator[bytes]:
        """Chunk by chunk, each checked before it is given."""
        try:
            with self.stored(key) as file:
                yield from self._opened(key, file)
        except OSError as error:
            raise _unreadable(error) from error
        except (InvalidTag, KeyError, ValueError, IndexError) as error:
            raise GatewayError("The file was altered, or its key is not known.", permanent=True) from error

    def stored(self, key: str) -> IO[bytes]:
        """The file as it lies in the folder."""
        try:
            return self._path(key).open("rb")
        except OSError as error:
            raise _unreadable(error) from error

    def is_empty(self) -> bool:
        """Whether there is no file at all; empty folders do not count."""
        return not any(files for _, _, files in os.walk(self.folder))

    def delete(self, key: str) -> None:
        """Remove the file."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise GatewayError(f"The file cannot be removed: {error.strerror}.") from error

    def drafts(self) -> Iterator[Path]:
        """What a process that died while writing has left behind."""
        yield from self.folder.glob("??/??/.*")

    def older(self, before: float) -> Iterator[str]:
        """What lies in the folder and is old enough."""
        for path in self.folder.glob("??/??/*"):
            if _KEY.fullmatch(path.name) and path.stat().st_mtime < before:
                yield path.name

    def tidy(self, before: float) -> int:
        """Remove such drafts last written before an instant (seconds of the epoch); how many."""
        old = [path for path in self.drafts() if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise GatewayError("A storage key has 32 hexadecimal digits.", permanent=True)
        return self.folder / key[:2] / key[2:4] / key

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for each in (self.folder, folder.parent, folder):
            each.mkdir(mode=0o700, exist_ok=True)
            synced(each.parent)

    def _sealed(self, key: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        key_id = next(iter(self.keys))
        salt = secrets.token_bytes(_SALT)
        header = _MAGIC + bytes([len(key_id)]) + key_id.encode() + salt
        cipher = _cipher(self.keys[key_id], salt)
        yield header
        number, waiting = 0, b""
        for piece in _even(chunks):
            if waiting:
                yield _seal(cipher, waiting, key, header, number, is_last=False)
                number += 1
            waiting = piece
        yield _seal(cipher, waiting, key, header, number, is_last=True)

    def _opened(self, key: str, file: IO[bytes]) -> Iterator[bytes]:
        start = file.read(len(_MAGIC) + 1)
        if start[:-1] != _MAGIC:
            raise ValueError(start)
        rest = file.read(start[-1] + _SALT)
        key_id, salt = rest[: start[-1]].decode(), rest[start[-1] :]
        cipher, number, sealed = _cipher(self.keys[key_id], salt), 0, file.read(CHUNK + _TAG)
        while True:
            following = file.read(CHUNK + _TAG)
            bound = _bound(key, start + rest, number, is_last=not following)
            yield cipher.decrypt(number.to_bytes(12, "big"), sealed, bound)
            if not following:
                return
            number, sealed = number + 1, following


def _unreadable(error: OSError) -> GatewayError:
    missing = isinstance(error, FileNotFoundError)
    return GatewayError(f"The file cannot be read: {error.strerror}.", permanent=missing)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"huiyin files").derive(key))


def _seal(cipher: AESGCM, piece: bytes, key: str, header: bytes, number: int, *, is_last: bool) -> bytes:
    return cipher.encrypt(number.to_bytes(12, "big"), piece, _bound(key, header, number, is_last=is_last))


def _bound(key: str, header: bytes, number: int, *, is_last: bool) -> bytes:
    return b"|".join((key.encode(), header, str(number).encode(), b"last" if is_last else b"more"))


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of CHUNK; the last one is shorter."""
    waiting = b""
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= CHUNK:
            yield waiting[:CHUNK]
            waiting = waiting[CHUNK:]
    if waiting:
        yield waiting


def synced(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

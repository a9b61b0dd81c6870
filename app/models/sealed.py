"""Sealed attributes: text encrypted at rest and bound to its own row.

Envelope (text): ``key id . base64url(nonce 12 bytes + AES-256-GCM ciphertext)``; associated data is
``table.column:row uid`` (NIST SP 800-38D), so that a value moved to another row, column or table does not open.
Equality search uses a separate HMAC-SHA256 column (blind index). Keys live outside the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import uuid
from collections.abc import Mapping
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class SealBroken(Exception):
    """The sealed text was altered, moved from another row, or its key is unknown."""


class Keyring:
    """Data keys by id (32 bytes each); the first is the one that seals. Filled in `create_app`."""

    def __init__(self) -> None:
        """Start empty: nothing can be sealed or opened before `load`. `fingerprints`: by id, current key first."""
        self._ciphers: dict[str, AESGCM] = {}
        self._current = ""
        self._index_key = b""
        self.fingerprints: dict[str, str] = {}

    def load(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys; the blind index key is derived from the oldest (last) one, which rotation keeps."""
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = next(iter(keys))
        oldest = list(keys.values())[-1]
        self._index_key = hmac.digest(oldest, b"huiyin blind index", hashlib.sha256)
        self.fingerprints = {key_id: _fingerprint(key) for key_id, key in keys.items()}

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of the keys at hand, current first; never the keys."""
        return tuple(self._ciphers)

    def seal(self, text: str, bound_to: str) -> str:
        """Encrypt `text`, bound to `table.column:uid`."""
        nonce = os.urandom(12)
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), bound_to.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, envelope: str, bound_to: str) -> str:
        """Decrypt an envelope; raises SealBroken."""
        key_id, _, body = envelope.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            return self._ciphers[key_id].decrypt(raw[:12], raw[12:], bound_to.encode()).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise SealBroken(bound_to) from error

    def index(self, text: str) -> str:
        """Blind index of a normalised value, hexadecimal (64 characters): equal values, equal index."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()


def _fingerprint(key: bytes) -> str:
    """What tells one key from another under the same id, and nothing about it."""
    return hmac.digest(key, b"huiyin key fingerprint", hashlib.sha256)[:8].hex()


keyring = Keyring()


class SealedRow:
    """Mixin of rows with sealed attributes: the row's own UUID is made before anything is sealed."""

    __allow_unmapped__ = True
    __tablename__: str

    uid: Mapped[str] = mapped_column(String(36), unique=True, comment="UUID that sealed columns are bound to")

    def __init__(self, **values: Any) -> None:
        """Set the uid first, then the rest: sealing needs it."""
        self.uid = values.pop("uid", None) or str(uuid.uuid4())
        super().__init__(**values)


class Sealed:
    """A text attribute stored encrypted in the column ``<name>_sealed``; None stays NULL. Opened only when read."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name."""
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...

    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...

    def __get__(self, row: Any, owner: type) -> Sealed | str | None:
        """Open the envelope of this row."""
        if row is None:
            return self
        envelope = getattr(row, f"{self.name}_sealed")
        return None if envelope is None else keyring.open(envelope, self._bound_to(row))

    def __set__(self, row: Any, text: str | None) -> None:
        """Seal for this row."""
        sealed = None if text is None else keyring.seal(text, self._bound_to(row))
        setattr(row, f"{self.name}_sealed", sealed)

    def _bound_to(self, row: Any) -> str:
        return bound_to(row.__tablename__, self.name, row.uid)


def bound_to(table: str, name: str, uid: str) -> str:
    """The associated data of a sealed column of one row (also for bulk writers that bypass the descriptor)."""
    return f"{table}.{name}:{uid}"

"""The default gateway: a folder with one JSON file per message, which nobody sends.

A file appears whole or not at all, survives a crash once ``send`` has returned, and is never replaced.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from app.gateways.sms import SendState

_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRIVATE: Final = 0o600


class OutboxGateway:
    """Write messages into a folder, readable by its owner only, as they hold phone numbers."""

    name = "outbox"

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when the first message comes."""
        self.folder = folder

    def send(
        self, reference: str, phone: str, text: str, template_code: str | None, values: Mapping[str, str]
    ) -> Receipt:
        """Write the message. Raises GatewayError: permanent for a reference already there or unusable."""
        path = self._path(reference)
        row = {
            "reference": reference,
            "phone": phone,
            "text": text,
            "template_code": template_code,
            "values": dict(values),
        }
        try:
            with _draft(path, json.dumps(row, ensure_ascii=False, indent=1)) as draft:
                os.link(draft, path)  # a rename that refuses to replace
            _sync_folder(self.folder)
        except OSError as error:
            raise self._trouble(path, error) from error
        return Receipt(path.name)

    def query(self, reference: str, phone: str, day: date) -> SendState:  # noqa: ARG002 - the file's name says it
        """Say whether the message's file is there. Raises GatewayError when the folder cannot be read."""
        try:
            self._path(reference).stat()
        except FileNotFoundError:
            return "absent"
        except OSError as error:
            raise GatewayError(f"The outbox cannot be read: {error.strerror}.") from error
        return "sent"

    def _path(self, reference: str) -> Path:
        if not _REFERENCE.fullmatch(reference):
            raise GatewayError("A reference has 1 to 64 letters, digits, hyphens and underscores.", permanent=True)
        return self.folder / f"{reference}.json"

    @staticmethod
    def _trouble(path: Path, error: OSError) -> GatewayError:
        """Tell a second sending, a message that may not outlive a crash, and one that is not there."""
        message = f"The outbox cannot take the message {path.stem}: {error.strerror}."
        if not os.path.exists(path):  # noqa: PTH110 - Path.exists may raise
            return NotTaken(message)
        return GatewayError(message, permanent=isinstance(error, FileExistsError))


@contextmanager
def _draft(path: Path, text: str) -> Iterator[Path]:
    """Write a private file beside ``path`` down to the disk, and remove it afterwards."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

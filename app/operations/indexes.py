"""Blind indexes of what a complainant is looked up by: equal after normalising, equal index."""

from __future__ import annotations

import unicodedata

from app.domain.privacy import normalise_phone, normalise_uscc
from app.extensions import keyring


def phone_index(phone: str | None) -> str | None:
    """Index of a phone number."""
    return keyring.index(normalise_phone(phone)) if phone else None


def uscc_index(code: str | None) -> str | None:
    """Index of a company code."""
    return keyring.index(f"uscc:{normalise_uscc(code)}") if code else None


def org_index(name: str | None) -> str | None:
    """Index of a company's name; width, case and spaces do not count."""
    return keyring.index(f"org:{''.join(unicodedata.normalize('NFKC', name).casefold().split())}") if name else None

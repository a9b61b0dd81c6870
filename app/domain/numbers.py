"""Numbers that people read out: receipt number, case number, query code.

A receipt number is ``TS`` + yymmdd + six digits + a check digit, a case number the same with ``YS``. The
check digit is ISO 7064 MOD 11,10 over the twelve digits: it finds every wrong digit and most swapped pairs.
The query code is 16 Crockford base-32 characters: 80 random bits, without I, L, O and U.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
CODE_BYTES: Final = 10  # 80 bits, five in each of 16 characters
MAX_SERIAL: Final = 999_999
_NUMBER: Final = re.compile(r"(?:TS|YS)([0-9]{12})([0-9])")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_LOOKALIKES: Final = str.maketrans("OIL", "011")


def receipt_no(day: date, serial: int) -> str:
    """Return the number given at filing: the China-local day and a serial of that day, 1 to 999999."""
    return _number("TS", day, serial)


def case_no(day: date, serial: int) -> str:
    """Return the number given on acceptance: the China-local day and a serial of that day, 1 to 999999."""
    return _number("YS", day, serial)


def is_valid_number(text: str) -> bool:
    """Whether a text is a receipt or case number: its shape and its check digit."""
    match = _NUMBER.fullmatch(text)
    return match is not None and _remainder(match[1]) == int(match[2])


def normalise_number(text: str) -> str:
    """Bring a typed receipt or case number into its stored form: case, width, spaces and hyphens."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def query_code(random: bytes) -> str:
    """Spell ten random bytes as 16 characters. Raises ValueError for another length."""
    if len(random) != CODE_BYTES:
        message = "A query code is made of exactly 10 random bytes."
        raise ValueError(message)
    bits = int.from_bytes(random, "big")
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in range(15, -1, -1))


def normalise_code(text: str) -> str:
    """Bring a typed query code into its stored form; O reads as 0, I and L as 1."""
    return normalise_number(text).translate(_LOOKALIKES)


def _number(prefix: str, day: date, serial: int) -> str:
    if not 1 <= serial <= MAX_SERIAL:
        message = "A day's serial runs from 1 to 999999."
        raise ValueError(message)
    digits = f"{day:%y%m%d}{serial:06}"
    return f"{prefix}{digits}{_remainder(digits)}"


def _remainder(digits: str) -> int:
    """Compute the check digit by ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10

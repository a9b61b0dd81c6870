"""Personal data: what is shown instead of it, and how phones and company codes are brought into one form.

Masking is the default everywhere (PIPL art. 51: de-identification); whoever may see the whole asks for it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LONG_ID: Final = 15  # resident ID numbers have 18 characters, the old ones 15
_LONG_PHONE: Final = 11
_SHORT_PHONE: Final = 7
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"0[0-9]{9,11}|[48]00[0-9]{7}")
_COUNTRY: Final = re.compile(r"^(?:(?:\+86|0086)(?=[0-9])|86(?=1[3-9][0-9]{9}$))")
# Spaces, hyphens, brackets and dots that people type, and the invisible marks of a copied number.
_NOISE: Final = re.compile(r"[\s()./\-\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\u2212\ufeff]+")
_USCC: Final = re.compile(r"[1-9A-HJ-NPQRTUWXY][0-9A-HJ-NPQRTUWXY]{17}")
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # pragma: allowlist secret


def mask_name(name: str) -> str:
    """Keep the first character and, from three on, the last one."""
    return _masked(name.strip(), 1, 1)


def mask_company(name: str) -> str:
    """Keep two characters at each end: for companies that complain anonymously; others are shown whole."""
    return _masked(name.strip(), 2, 2)


def mask_phone(phone: str) -> str:
    """Keep the first three and last four digits (138****1234); of a short number only the last two."""
    phone = normalise_phone(phone)
    if len(phone) >= _LONG_PHONE:
        return _masked(phone, 3, 4)
    return _masked(phone, 0, 2 if len(phone) >= _SHORT_PHONE else 0)


def mask_id_no(number: str) -> str:
    """Keep the first four and last four characters of a resident ID number, one at each end of others."""
    number = unicodedata.normalize("NFKC", number).strip()
    return _masked(number, 4, 4) if len(number) >= _LONG_ID else _masked(number, 1, 1)


def mask_address(address: str) -> str:
    """Keep the network of an IP address and hide the machine: 192.0.2.*, 2001:db8:1:*."""
    if ":" in address:
        return ":".join([*address.split(":")[:3], "*"])
    return ".".join([*address.split(".")[:-1], "*"]) if "." in address else ""


def normalise_phone(phone: str) -> str:
    """Bring a phone number into its stored form: full-width digits, separators, +86. Never raises.

    What is no phone number comes out as no mobile; ask ``is_mobile``.
    """
    return _COUNTRY.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", phone)), count=1)


def is_mobile(phone: str) -> bool:
    """Whether a normalised number is a mobile number of mainland China, which can get text messages."""
    return _MOBILE.fullmatch(phone) is not None


def is_phone(phone: str) -> bool:
    """Whether a normalised number can be called: a mobile number, or a landline with its area code."""
    return is_mobile(phone) or _LANDLINE.fullmatch(phone) is not None


def normalise_uscc(code: str) -> str:
    """Bring a unified social credit code into its stored form: width, case, separators."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", code)).upper()


def is_uscc(code: str) -> bool:
    """Whether a normalised text is a unified social credit code: shape, check character (GB 32100-2015)."""
    if _USCC.fullmatch(code) is None:
        return False
    total = sum(_ALPHABET.index(char) * 3**place for place, char in enumerate(code[:17]))
    return _ALPHABET[-total % len(_ALPHABET)] == code[17]


def _masked(text: str, first: int, last: int) -> str:
    """Star all but the first and last characters; at least one is starred, the last ones go first."""
    last = max(0, min(last, len(text) - first - 1))
    first = max(0, min(first, len(text) - 1))
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]

"""Personal data in a text: phones, ID numbers, company codes, bank cards, e-mail, plates, and names that are known.

What leaves the centre's own view has them replaced (PIPL art. 51). Only numbers whose check digit holds count,
where there is one; full-width digits are read like narrow ones. Whatever is found keeps its class of length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from app.domain.privacy import is_uscc

_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # one character for one: places stay
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DOT: Final = "\u25cf"
_PROVINCES: Final = (
    "\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63"
    "\u9102\u6842\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c"
)
# Sir, madam, so-and-so, boss (two words), manager: what follows a surname.
_TITLES: Final = "\u5148\u751f|\u5973\u58eb|\u67d0+|\u603b|\u8001\u677f|\u7ecf\u7406"
_COMPANY_ENDS: Final = re.compile(
    "(?:\u80a1\u4efd)?\u6709\u9650(?:\u8d23\u4efb)?\u516c\u53f8$|\u96c6\u56e2$|\u516c\u53f8$"
)
_SHORT_NAME: Final = 4


class Finding(NamedTuple):
    """Where something personal stands in a text, and of what kind."""

    start: int
    end: int
    kind: str


def is_id_no(number: str) -> bool:
    """Whether a resident ID number has a day of birth, and the check character of GB 11643-1999 (18 characters)."""
    number = number.upper()
    if re.fullmatch(r"[1-9][0-9]{14}", number):
        return _is_day(f"19{number[6:12]}")
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number) is None or not _is_day(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def is_card_no(number: str) -> bool:
    """Whether the digits are those of a bank card: 16 to 19 of them, and Luhn's sum (ISO/IEC 7812-1)."""
    digits = [int(char) for char in number if char.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return 16 <= len(digits) <= 19 and (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def findings(text: str, names: Iterable[str] = ()) -> list[Finding]:
    """What is found, in order, without overlaps: of two that begin alike the longer."""
    narrow = text.translate(_NARROW)
    found = [*_numbers(narrow), *_named(narrow, names)]
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text with dots for whatever is found, until nothing is; a text without findings comes back unchanged."""
    known = tuple(names)
    while found := findings(text, known):
        for start, end, _ in reversed(found):
            text = text[:start] + _dots(end - start) + text[end:]
    return text


def redacted_form(form: Mapping[str, Any], names: Iterable[str] = ()) -> dict[str, Any]:
    """Answers to a matter's fields, texts among them redacted."""
    known = tuple(names)
    return {key: redacted(value, known) if isinstance(value, str) else value for key, value in form.items()}


def _dots(length: int) -> str:
    return _DOT * (2 if length <= _SHORT_NAME else 3 if length <= 11 else 4)  # a name, a phone, a longer number


def _is_day(digits: str) -> bool:
    try:
        return bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False


def _any(_: str) -> bool:
    return True


_PATTERNS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    ("mobile", re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"), _any),
    ("landline", re.compile(r"(?<![0-9])(?:\(0[0-9]{2,3}\)|0[0-9]{2,3}[- ]?)[2-9][0-9]{6,7}(?![0-9])"), _any),
    ("landline", re.compile(r"(?<![0-9])[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}(?![0-9])"), _any),
    ("id_no", re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])"), is_id_no),
    ("id_no", re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{14}(?![0-9A-Za-z])"), is_id_no),
    ("uscc", re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])"), lambda code: is_uscc(code.upper())),
    ("card", re.compile(r"(?<![0-9])[0-9]{4}(?:[- ]?[0-9]{4}){3}(?:[- ]?[0-9]{1,3})?(?![0-9])"), is_card_no),
    ("email", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}"), _any),
    ("plate", re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][ .\u00b7\u2022]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])"), _any),
)


def _numbers(text: str) -> Iterator[Finding]:
    for kind, pattern, holds in _PATTERNS:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield Finding(match.start(), match.end(), kind)


def _named(text: str, names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        for pattern in _forms(name.translate(_NARROW).strip()):
            for match in re.finditer(pattern, text, re.IGNORECASE):
                yield Finding(match.start(), match.end(), "name")


def _forms(name: str) -> list[str]:
    """Patterns of a name: as it is, with other spacing; a person by surname and title; a company by its core."""
    letters = "".join(name.split())
    if len(letters) < 2:
        return []
    if name.isascii():
        return [r"(?<![A-Za-z])" + r"\s+".join(re.escape(part) for part in name.split()) + r"(?![A-Za-z])"]
    forms = [r"\s*".join(map(re.escape, letters))]
    core = _COMPANY_ENDS.sub("", letters)
    if core == letters and len(letters) <= _SHORT_NAME:
        forms.append(f"{re.escape(letters[: 2 if len(letters) == _SHORT_NAME else 1])}(?:{_TITLES})")
    elif len(core) >= _SHORT_NAME:
        forms.append(re.escape(core))
    return forms

"""Passwords: what is acceptable and for how long, as one object with two profiles.

`dengbao3` is what GB/T 22239-2019 8.1.4.1 is read to ask of level three; `asvs` is OWASP ASVS 5.0.0 chapter 6.2, which
forbids rules of composition and rotation. They contradict each other, so a site chooses one (HUIYIN_PASSWORDS).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from app.domain.errors import Reason

LONGEST: Final = 128
_WORDS: Final = """
    abc abcd admin administrator asdf asdfgh asdfghjkl caonima changeme default dragon fuckyou guest
    henan hello huiyin huiyinhuiyin iloveyou letmein login manager master mima monkey operator pass
    passw password passwd qazwsx qazwsxedc qwe qweasd qweasdzxc qwer qwert qwerty qwertyuiop root secret
    shouji superman supervisor system test tester tousu user wang welcome woaini woaiwojia woshishui
    yingshanghuanjing zaqwsx zhang zhengfu zhengzhou zxcvbn zxcvbnm
"""
WEAK: Final = frozenset(_WORDS.split())
"""Words that make a weak password whatever digits and signs stand before, behind or within them."""
_LOOKALIKE: Final = str.maketrans("@013457$!", "aoleastsi")


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must be like: `kinds` of four, none of the `history` last ones, for `days` (None: for ever)."""

    name: str
    shortest: int
    kinds: int = 0
    history: int = 0
    days: int | None = None
    warned: int = 14

    def faults(self, password: str, own: Iterable[str] = ()) -> tuple[Reason, ...]:
        """What is wrong with a password; `own`: the user name, phone and the like, which it must not contain."""
        found = []
        if not self.shortest <= len(password) <= LONGEST:
            found.append(Reason("length", "From %(least)s to %(most)s characters.", self._lengths))
        if _kinds(password) < self.kinds:
            found.append(Reason("kinds", _KINDS, {"count": self.kinds}))
        if any(len(word) > 2 and word.lower() in password.lower() for word in own):
            found.append(Reason("own", "It must not contain the user name or the phone number."))
        if is_weak(password):
            found.append(Reason("weak", "It is too easy to guess."))
        return tuple(found)

    @property
    def _lengths(self) -> dict[str, object]:
        return {"least": self.shortest, "most": LONGEST}

    def days_left(self, set_at: datetime | None, now: datetime) -> int | None:
        """Full days that a password still lasts; negative when it is over, None when it does not end."""
        if self.days is None or set_at is None:
            return None
        return self.days - (now - set_at).days


_KINDS: Final = "At least %(count)s of these: capital letters, small letters, digits, other characters."
DENGBAO3: Final = PasswordPolicy("dengbao3", 10, kinds=3, history=5, days=90)
ASVS: Final = PasswordPolicy("asvs", 12)
POLICIES: Final = {each.name: each for each in (DENGBAO3, ASVS)}


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda char: not char.isalnum())
    return sum(any(test(char) for char in password) for test in tests)


def is_weak(password: str) -> bool:
    """Whether it is a known weak word with trimmings, a run of neighbours, or made of few characters."""
    plain = password.lower()
    letters = "".join(char for char in plain.translate(_LOOKALIKE) if char.isalpha())
    stems = {plain, letters, "".join(char for char in plain if char.isalpha())}
    stems.add("".join(char for char in plain.strip("0123456789!.,#*_-+ ").translate(_LOOKALIKE) if char.isalpha()))
    return bool(stems & WEAK) or len(set(plain)) < 4 or _is_run(plain)


def _is_run(text: str) -> bool:
    """Neighbours such as 123456789012 or zyxwvu for three steps of four, or the same three characters throughout."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    most = max(steps.count(1), steps.count(-1))
    return 4 * most >= 3 * len(steps) or text == (text[:3] * len(text))[: len(text)]

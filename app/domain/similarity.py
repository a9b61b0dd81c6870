"""How alike two texts are, by the pairs and triples of characters that they share: for hints at repeated complaints.

Two measures: Jaccard (shared of all), and containment (shared of the smaller text, for a short text that is part
of a longer one; below 30 grams chance is too strong). From `ALIKE` on two texts are called alike: one sentence
in two rewritten stays above it, two complaints about different events in the same matter stay well below.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ALIKE: Final = 0.5
ENOUGH: Final = 30  # grams
_LONGEST: Final = 5000  # characters that are looked at


def grams(text: str) -> frozenset[str]:
    """Pairs and triples of the letters and digits of a text; width, case, spaces and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    letters = "".join(char for char in folded if char.isalnum())
    return frozenset(letters[at : at + size] for size in (2, 3) for at in range(len(letters) - size + 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 (nothing shared) to 1 (the same grams); the greater of Jaccard and containment."""
    if not one or not other:
        return 0.0
    shared, smaller = len(one & other), min(len(one), len(other))
    jaccard = shared / len(one | other)
    return max(jaccard, shared / smaller) if smaller >= ENOUGH else jaccard

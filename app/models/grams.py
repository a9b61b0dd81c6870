"""Pairs of neighbouring characters: what Chinese texts are searched by."""

from __future__ import annotations


def bigrams(told: str) -> list[str]:
    """The different pairs of neighbouring characters, lower case, in order."""
    low = told.lower()
    return list(dict.fromkeys(low[at : at + 2] for at in range(len(low) - 1)))


def grams(told: str | None) -> str:
    """The bigrams as words that FTS5 leaves whole: hexadecimal, apart."""
    return " ".join(_word(pair) for pair in bigrams(told or ""))


def _word(pair: str) -> str:
    return "".join(f"{ord(char):06x}" for char in pair)

"""Facts of a verb are cleaned, or refused with a sentence."""

from __future__ import annotations

import pytest

from app.domain.errors import Invalid
from app.domain.lifecycle import Fact
from app.operations.facts import checked

GOOD = [
    (Fact("x"), "  text ", "text"),
    (Fact("x", is_required=False), " ", None),
    (Fact("x", "bool", is_required=False), "", False),
    (Fact("x", "bool"), "on", True),
    (Fact("x", "bool"), False, False),
    (Fact("x", "bool"), "no", False),
    (Fact("x", "stars"), "5", 5),
    (Fact("x", "choice", choices="close_type"), "solved", "solved"),
    (Fact("x", "departments"), "A-1, B-2，", ["A-1", "B-2"]),
    (Fact("x", "departments"), ["A-1"], ["A-1"]),
    (Fact("x", "departments", is_required=False), [], None),
]
BAD = [
    (Fact("x"), None, "fill this in"),
    (Fact("x"), 5, "give text"),
    (Fact("x"), "a\x00", "cannot be stored"),
    (Fact("x"), "a\udfff", "cannot be stored"),
    (Fact("x", min_length=10), "short", "a little more"),
    (Fact("x", max_length=3), "long", "too long"),
    (Fact("x", "choice", choices="close_type"), "maybe", "one of the list"),
    (Fact("x", "choice", choices="close_type"), ["solved"], "one of the list"),
    (Fact("x", "bool"), "perhaps", "yes or no"),
    (Fact("x", "stars"), "6", "one to five"),
    (Fact("x", "stars"), "²", "one to five"),
    (Fact("x", "departments"), 5, "list of codes"),
    (Fact("x", "departments"), [5], "give text"),
]


@pytest.mark.parametrize(("fact", "raw", "clean"), GOOD)
def test_good_facts_are_cleaned(fact, raw, clean):
    assert checked([fact], {"x": raw}) == {"x": clean}


@pytest.mark.parametrize(("fact", "raw", "sentence"), BAD)
def test_bad_facts_are_refused(fact, raw, sentence):
    with pytest.raises(Invalid, match=sentence):
        checked([fact], {"x": raw})


def test_names_that_are_not_asked_for_are_refused():
    with pytest.raises(Invalid, match="not asked for"):
        checked([], {"status": "closed"})

"""The leak matrix: what each seat learns from lists, counts, searches, orders, pickers, charts, figures and exports."""

from __future__ import annotations

import pytest

from tests.matrix import lists
from tests.matrix.world import SEATS


@pytest.mark.parametrize("name", SEATS)
def test_no_list_and_no_figure_tells_what_it_must_not(walking, untouched, name, tally):
    walk = walking(name)
    lists.everything(walk)
    tally(walk)
    assert walk.leaks == []


@pytest.mark.parametrize("name", ["platform_admin", "handler"])
def test_nothing_is_searched_or_sorted_by_but_what_is_declared(walking, untouched, name, tally):
    walk = walking(name)
    for noun in lists.nouns(walk):
        lists.undeclared(walk, noun)
    lists.planted_texts(walk)
    tally(walk)
    assert walk.leaks == []

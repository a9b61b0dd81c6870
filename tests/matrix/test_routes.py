"""The leak matrix: every seat at every route, with every kind of object that the route's ids can mean to it."""

from __future__ import annotations

import pytest

from tests.matrix.walk import rules
from tests.matrix.world import SEATS

ENDING = ("AuthDBView.logout", "portal.quit", "portal.leave")
"""They end what the walk has begun."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # FAB's own pages of users
@pytest.mark.parametrize("name", ["visitor", *SEATS])
def test_no_route_tells_or_does_what_it_must_not(app, walking, untouched, name, tally):
    walk = walking(name)
    for rule, method in rules(app):
        if rule.endpoint not in ENDING:
            walk.rule(rule, method)
    tally(walk)
    assert walk.leaks == []
    shown = {what.partition(" of ")[0] for what in walk.known.values()}
    met = {walk.known[text].partition(" of ")[0] for text in walk.met}
    assert shown - met == set(), "shown nowhere: the walk went past it"

"""Every route is known: routes.py says who may open it, and the leak matrix (tests/matrix) walks through them all."""

from __future__ import annotations

from tests.architecture import routes
from tests.matrix.walk import rules


def test_every_route_and_every_argument_is_known(app):
    unknown = []
    for rule, _ in rules(app):
        try:
            routes.access_of(rule.endpoint)
        except KeyError:
            unknown.append(f"{rule.rule} ({rule.endpoint})")
        unknown += [f"{rule.rule}: argument {name}" for name in rule.arguments if name not in routes.SAMPLES]
    assert unknown == [], "write into tests/architecture/routes.py who may open these"


def test_no_line_of_the_table_is_without_a_route(app):
    there = {rule.endpoint for rule, _ in rules(app)}
    assert routes.PUBLIC | routes.OTHERWISE | routes.CLOSED | set(routes.PERMISSIONS) <= there

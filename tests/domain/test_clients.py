"""Connected systems: scopes, networks, lives of keys, and percentiles of a histogram."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clients import (
    BOUNDS,
    NETWORKS,
    ClientScope,
    bucket,
    checked,
    is_from,
    is_live,
    percentile,
    scope_needed,
)
from app.domain.errors import Invalid

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)


def test_a_route_asks_for_the_scope_of_its_noun_and_method():
    table = {(case, read): scope_needed(is_case=case, is_read=read) for case in (True, False) for read in (True, False)}
    assert table == {
        (True, True): ClientScope.READ,
        (True, False): ClientScope.ACT,
        (False, True): ClientScope.RULES,
        (False, False): ClientScope.SET_RULES,
    }


def test_a_key_lives_until_it_is_ended_or_over():
    assert is_live(None, None, NOW)
    assert is_live(LATER, LATER, NOW)
    assert not is_live(NOW, None, NOW)
    assert not is_live(None, NOW, NOW)


@pytest.mark.parametrize(
    ("address", "networks", "is_in"),
    [
        ("8.8.8.8", None, True),
        ("8.8.8.8", "", True),
        ("10.1.2.3", "10.0.0.0/8 192.168.0.0/16", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("fd00::1", "fd00::/8", True),
        ("fd00::1", "10.0.0.0/8", False),
        ("", "10.0.0.0/8", False),
        ("unix:", "10.0.0.0/8", False),
    ],
)
def test_an_address_lies_in_a_network_or_not(address, networks, is_in):
    assert is_from(address, networks) is is_in


def test_scopes_and_networks_are_put_in_order():
    assert checked("figures:read,cases:read  cases:read", "10.1.2.3, 10.0.0.0/8\n10.1.2.3") == (
        "cases:read figures:read",
        "10.1.2.3/32 10.0.0.0/8",
    )
    assert checked(None, " ") == (None, None)


@pytest.mark.parametrize(
    ("scopes", "networks", "fields"),
    [
        ("cases", "", {"scopes"}),
        ("cases:read cases:fly", "10.1.2.3/8", {"scopes", "networks"}),
        ("", "everywhere", {"networks"}),
        ("", " ".join(f"10.0.{each}.0/24" for each in range(NETWORKS + 1)), {"networks"}),
    ],
)
def test_what_is_no_scope_and_no_network_is_named(scopes, networks, fields):
    with pytest.raises(Invalid) as wrong:
        checked(scopes, networks)
    assert set(wrong.value.fields) == fields


def test_an_answer_falls_into_one_bucket():
    assert [bucket(time) for time in (0, 5, 5.1, 2500, 2501)] == [0, 0, 1, len(BOUNDS) - 1, len(BOUNDS)]


def test_percentiles_are_told_to_the_bucket():
    none = [0] * (len(BOUNDS) + 1)
    assert percentile(none, 0.5) is None
    assert percentile([4, *none[1:]], 0.5) == 2.5
    assert percentile([0, 10, 10, *none[3:]], 0.5) == 10
    assert percentile([0, 10, 10, *none[3:]], 0.95) == 10 + 15 * 0.9
    assert percentile([*none[:-1], 3], 0.5) == 2500


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_percentile_lies_in_the_bucket_of_the_true_one(times, share):
    counts = [0] * (len(BOUNDS) + 1)
    for each in times:
        counts[bucket(each)] += 1
    place = next(n for n in range(len(times)) if n + 1 >= share * len(times) - 1e-9)
    true, told = bucket(sorted(times)[place]), percentile(counts, share)
    assert told is not None
    least, most = (BOUNDS[true - 1] if true else 0), (BOUNDS[true] if true < len(BOUNDS) else BOUNDS[-1])
    assert least - 1e-6 <= told <= most + 1e-6

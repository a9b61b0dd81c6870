"""The two profiles of passwords: what each takes, what each says, how long a password lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.passwords import ASVS, DENGBAO3, LONGEST, is_weak
from tests.factories import NOW


def codes(policy, password, *own):
    return [reason.code for reason in policy.faults(password, own)]


@pytest.mark.parametrize(
    ("password", "dengbao3", "asvs"),
    [
        ("Brücke-7-Tore", [], []),
        ("Vier-Tage-2", [], ["length"]),
        ("kurz-A-1", ["length"], ["length"]),
        ("neun-A-1x", ["length"], ["length"]),
        ("correcthorsebatterystaple", ["kinds"], []),
        ("CORRECThorsebattery", ["kinds"], []),
        ("回音办理系统今天开始运行", ["kinds"], []),
        ("P@ssw0rd2026", ["weak"], ["weak"]),
        ("1357Admin!@#$", ["weak"], ["weak"]),
        ("Woaini5201314", ["weak"], ["weak"]),
        ("x" * LONGEST + "Aa-1", ["length"], ["length"]),
        ("Ann-Ning-7788", ["own"], ["own"]),
        ("Xy-13812341234", ["own"], ["own"]),
    ],
)
def test_what_each_profile_says(password, dengbao3, asvs):
    own = ("ann", "13812341234", "", "ab")
    assert (codes(DENGBAO3, password, *own), codes(ASVS, password, *own)) == (dengbao3, asvs)


@pytest.mark.parametrize(
    "password", ["123456789012", "zyxwvutsrqpo", "aaaaaaaaaaaa", "abcabcabcabc", "Password", "pass-word"]
)
def test_what_is_weak(password):
    assert is_weak(password)


@given(some.text(max_size=200), some.lists(some.text(max_size=20), max_size=3))
def test_no_text_breaks_it(password, own):
    for policy in (DENGBAO3, ASVS):
        assert all(str(reason) for reason in policy.faults(password, own))


def test_a_password_lasts_ninety_days_or_for_ever():
    assert [DENGBAO3.days_left(NOW, NOW + timedelta(days=days)) for days in (0, 89, 90, 91)] == [90, 1, 0, -1]
    assert ASVS.days_left(NOW, NOW + timedelta(days=999)) is None
    assert DENGBAO3.days_left(None, NOW) is None

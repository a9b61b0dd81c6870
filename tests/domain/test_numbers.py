"""Numbers that people read out: they check themselves, and forgive how they are typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.numbers import (
    CROCKFORD,
    case_no,
    is_valid_number,
    normalise_code,
    normalise_number,
    query_code,
    receipt_no,
)

many = settings(max_examples=300, deadline=None, database=None)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
serials = st.integers(1, 999_999)


def test_shapes() -> None:
    assert receipt_no(date(2026, 11, 24), 1) == "TS2611240000019"
    assert case_no(date(2026, 11, 24), 999_999) == "YS2611249999995"


def checks_out(digits: str) -> bool:
    """Verify by the other half of ISO 7064 MOD 11,10: with the check digit, the sum comes to 1."""
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((product + int(digit) - 1) % 10 + 1) % 11
    return (product + int(digits[-1])) % 10 == 1


@many
@given(days, serials)
def test_the_check_digit_is_iso_7064_mod_11_10(day: date, serial: int) -> None:
    assert [checks_out(known) for known in ("07945", "794623", "002006673085", "07946")] == [True] * 3 + [False]
    assert checks_out(receipt_no(day, serial)[2:])


@many
@given(days, serials, st.integers(2, 14), st.integers(1, 9))
def test_one_wrong_digit_is_found(day: date, serial: int, place: int, shift: int) -> None:
    number = receipt_no(day, serial)
    assert is_valid_number(number)
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_valid_number(number[:place] + wrong + number[place + 1 :])


def test_most_swapped_neighbours_are_found() -> None:
    found = missed = 0
    for serial in range(1, 400):
        number = case_no(date(2026, 11, 24), serial * 1237 % 999_999)
        for place in range(2, 14):
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            found += swapped != number and not is_valid_number(swapped)
            missed += swapped != number and is_valid_number(swapped)
    assert missed < found / 20


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TS",
        "XX2611240000019",
        "ts2611240000019",
        "TS26112400000190",
        "TS261124000001",
        " TS2611240000019",
    ],
)
def test_other_shapes_are_no_numbers(text: str) -> None:
    assert not is_valid_number(text)


def test_a_number_as_people_type_it() -> None:
    assert normalise_number(" ts 261124-000001-9 ") == "TS2611240000019"
    assert normalise_number("\uff34\uff33\uff12\uff16\uff11\uff11\uff12\uff14\u20140000019") == "TS2611240000019"


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_serial_outside_the_day_is_a_bug(serial: int) -> None:
    with pytest.raises(ValueError, match="1 to 999999"):
        receipt_no(date(2026, 11, 24), serial)


@many
@given(st.binary(min_size=10, max_size=10))
def test_a_query_code_spells_all_eighty_bits(random: bytes) -> None:
    code = query_code(random)
    assert len(code) == 16
    bits = 0
    for character in code:
        bits = bits * 32 + CROCKFORD.index(character)
    assert bits.to_bytes(10, "big") == random
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
    assert normalise_code(typed) == normalise_code(code) == code


@pytest.mark.parametrize("size", [0, 9, 11])
def test_a_query_code_needs_ten_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        query_code(bytes(size))


def test_lookalikes_read_as_digits() -> None:
    assert normalise_code("oO iI lL zZ") == "001111ZZ"

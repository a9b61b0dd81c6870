"""Masks hide, phones and company codes come into one form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import privacy
from app.domain.privacy import (
    is_mobile,
    is_phone,
    is_uscc,
    mask_company,
    mask_id_no,
    mask_name,
    mask_phone,
    normalise_phone,
    normalise_uscc,
)

many = settings(max_examples=300, deadline=None, database=None)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("王", "*"),
        ("张三", "张*"),
        ("王小明", "王*明"),
        (" 欧阳小明 ", "欧**明"),
        ("John Smith", "J********h"),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("甲", "*"),
        ("甲乙", "甲*"),
        ("甲乙丙", "甲乙*"),
        ("甲乙丙丁", "甲乙*丁"),
        ("郑州某某科技有限公司", "郑州******公司"),
    ],
)
def test_companies(name, masked):
    assert mask_company(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("0371-65501234", "037*****1234"),
        ("65501234", "******34"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_phones(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("410105199001011234", "4101**********1234"),
        (" 41010519900101123X ", "4101**********123X"),
        ("410105900101123", "4101*******1123"),
        ("E12345678", "E*******8"),
        ("", ""),
    ],
)
def test_id_numbers(number, masked):
    assert mask_id_no(number) == masked


@many
@given(st.text(max_size=30), st.sampled_from([mask_name, mask_company, mask_phone, mask_id_no]))
def test_a_mask_never_shows_the_whole(text, mask):
    masked = mask(text)
    assert len(masked) <= max(len(text) * 18, 1)
    assert not masked or "*" in masked


@pytest.mark.parametrize(
    "typed",
    [
        "13812341234",
        "138 1234 1234",
        "138-1234-1234",
        "+8613812341234",
        "+86 138 1234 1234",
        "8613812341234",
        "008613812341234",
        "１３８１２３４１２３４",
        "＋８６　１３８－１２３４－１２３４",
        "(86)138.1234.1234",
        "\u202d138\u00a01234\u20111234\u202c",
    ],
)
def test_mobile_numbers_come_into_one_form(typed):
    assert normalise_phone(typed) == "13812341234"
    assert is_mobile(normalise_phone(typed))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0371-65501234", "037165501234"),
        ("86655012", "86655012"),
        ("+1 212 555 0100", "+12125550100"),
        ("12812341234", "12812341234"),
        ("138123412345", "138123412345"),
        ("13812341234 ext", "13812341234ext"),
        ("", ""),
    ],
)
def test_other_numbers_are_no_mobiles(typed, stored):
    assert normalise_phone(typed) == stored
    assert not is_mobile(stored)


def test_digits_of_other_scripts_are_no_mobile():
    assert not is_mobile("1३८१२३४१२३४")


@many
@given(st.text(max_size=30))
def test_normalising_never_raises_and_leaves_no_separator(text):
    for normalised in (normalise_phone(text), normalise_uscc(text)):
        assert not set(normalised) & set(" -().\u200b\u202d\u2011")


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911100001000033333"[:17] + "0"])
def test_the_standards_own_example_is_valid(code):
    assert is_uscc(code) is (code == "91350100M000100Y43")


@many
@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ"))
def test_any_one_wrong_character_is_found(place, char):
    good = "91350100M000100Y43"
    code = good[:place] + char + good[place + 1 :]
    assert is_uscc(code) is (code == good)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100m000100y43", "０" * 18])
def test_shapes_that_are_no_company_code(code):
    assert not is_uscc(code)


def test_typed_company_codes():
    assert is_uscc(normalise_uscc(" ９１350100 m000100y43 "))


@pytest.mark.parametrize("typed", ["13812341234", "0371-65901234", "010 12345678", "400-700-1234"])
def test_a_number_that_can_be_called(typed):
    assert is_phone(normalise_phone(typed))


@pytest.mark.parametrize("typed", ["", "12345", "65901234", "0371", "9371659012345"])
def test_a_number_that_cannot_be_called(typed):
    assert not is_phone(normalise_phone(typed))


@pytest.mark.parametrize(
    ("address", "masked"), [("192.0.2.7", "192.0.2.*"), ("2001:db8:1:2::3", "2001:db8:1:*"), ("", ""), ("unix", "")]
)
def test_an_address_shows_its_network_only(address, masked):
    assert privacy.mask_address(address) == masked


def test_the_country_is_left_out_at_the_beginning_only():
    for number in ("19900086595", "13800861234", "13886861234"):
        for typed in (number, f"0086{number}", f"+86 {number}", f"86{number}"):
            assert normalise_phone(typed) == number

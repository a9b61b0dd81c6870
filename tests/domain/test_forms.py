"""A matter's own fields: declarations, answers, schema, hash."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.forms import Field, check_form, fields_of, form_hash, json_schema

many = settings(max_examples=300, deadline=None, database=None)
ROWS = [
    {"key": "contract_no", "label": "合同编号", "type": "string", "required": True, "max_length": 20},
    {"key": "facts", "label": "具体情形", "type": "text", "required": False, "sensitive": True},
    {"key": "due_date", "label": "应付日期", "type": "date", "required": False},
    {"key": "kind", "label": "类别", "type": "enum", "required": False, "options": ["投标", "履约"]},
    {"key": "amount", "label": "金额", "type": "decimal", "required": False, "min": 0, "scale": 2},
    {"key": "days", "label": "天数", "type": "integer", "required": False, "min": 0},
]
FORM = fields_of(ROWS)
LEAST = {"contract_no": "HT-1"}


def cleaned(key, value):
    return check_form(FORM, {**LEAST, key: value}).get(key)


def fault(key, value):
    with pytest.raises(Invalid) as caught:
        check_form(FORM, {**LEAST, key: value})
    assert set(caught.value.fields) == {f"form.{key}"}
    return caught.value.fields[f"form.{key}"]


def test_a_full_form_is_cleaned():
    answers = {
        "contract_no": " HT-1 ",
        "facts": "first\r\nsecond\rthird\n",
        "due_date": "２０２６/3/2",
        "kind": " 履约 ",
        "amount": "１，２３４，５６７．５０",
        "days": "０１５",
    }
    assert check_form(FORM, answers) == {
        "contract_no": "HT-1",
        "facts": "first\nsecond\nthird",
        "due_date": "2026-03-02",
        "kind": "履约",
        "amount": "1234567.50",
        "days": 15,
    }


def test_all_faults_are_told_at_once():
    with pytest.raises(Invalid) as caught:
        check_form(FORM, {"kind": "土地", "bogus": 1})
    assert caught.value.fields == {
        "form.bogus": "There is no such field.",
        "form.contract_no": "Please fill in this field.",
        "form.kind": "Choose one of the options.",
    }


@pytest.mark.parametrize("answers", [None, [], "text", 3])
def test_answers_are_an_object(answers):
    with pytest.raises(Invalid) as caught:
        check_form(FORM, answers)
    assert set(caught.value.fields) == {"form"}


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000\n"])
def test_empty_answers_are_left_out_unless_required(empty):
    assert check_form(FORM, {**LEAST, "amount": empty, "facts": empty}) == LEAST
    assert fault("contract_no", empty) == "Please fill in this field."


@pytest.mark.parametrize("wrong", ["a\x00b", "a\ud800b", "a\x1bb", "two\nlines", "x" * 21, 5, True, ["a"], {"a": 1}])
def test_a_line_of_text(wrong):
    assert fault("contract_no", wrong)


@pytest.mark.parametrize("wrong", ["a\x00b", "x" * 2001, 5])
def test_a_longer_text(wrong):
    assert fault("facts", wrong)
    assert cleaned("facts", "a\tb\n\nc" + "x" * 1900).startswith("a\tb\n\nc")


@pytest.mark.parametrize(
    ("given_", "stored"),
    [("2026-03-02", "2026-03-02"), (" 2026.3.2 ", "2026-03-02"), ("２０２６年３月２日", "2026-03-02")],
)
def test_dates(given_, stored):
    assert cleaned("due_date", given_) == stored


@pytest.mark.parametrize("wrong", ["2026-02-29", "2026-13-01", "20260302", "02/03/2026", "0000-01-01", 20260302, "x"])
def test_days_that_are_none(wrong):
    assert fault("due_date", wrong) == "Give a date such as 2026-03-02."


@pytest.mark.parametrize("wrong", ["土地", "投标履约", 1, True, ["投标"]])
def test_choices(wrong):
    assert fault("kind", wrong) == "Choose one of the options."


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ("0", "0"),
        ("-0.00", "0.00"),
        ("007.5", "7.5"),
        (12, "12"),
        (0.1, "0.1"),
        ("999999999999999.99", "999999999999999.99"),
        ("1,234.5", "1234.5"),
    ],
)
def test_amounts_stay_text(given_, stored):
    assert cleaned("amount", given_) == stored


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("1.234", "The number has too many decimal places."),
        ("-1", "The number is too small."),
        ("1e3", "Give a number."),
        (float("nan"), "Give a number."),
        (float("inf"), "Give a number."),
        (True, "Give a number."),
        ("1,23", "Give a number."),
        ("10²", "Give a number."),
        ("१२", "Give a number."),
        ("1" * 16, "Give a number."),
        ([1], "Give a number."),
        ("abc", "Give a number."),
    ],
)
def test_amounts_that_are_none(wrong, message):
    assert fault("amount", wrong) == message


def test_whole_numbers():
    assert cleaned("days", 15) == 15
    assert fault("days", "1.5") == "Give a whole number."
    assert fault("days", -1) == "The number is too small."
    assert check_form([Field("n", "N", "integer")], {"n": "-3"}) == {"n": -3}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@many
@given(st.dictionaries(st.sampled_from([row["key"] for row in ROWS]) | st.text(max_size=5), json_values))
def test_any_json_is_cleaned_or_refused_and_cleaning_settles(answers):
    try:
        once = check_form(FORM, answers)
    except Invalid:
        return
    assert check_form(FORM, once) == once
    jsonschema.validate(once, json_schema(FORM), format_checker=jsonschema.FormatChecker())
    json.dumps(once).encode()


def test_the_schema_is_a_schema_and_says_what_the_check_does():
    schema = json_schema(FORM)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["contract_no"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"] == {"title": "类别", "enum": ["投标", "履约"]}
    assert schema["properties"]["facts"] == {
        "title": "具体情形",
        "type": "string",
        "maxLength": 2000,
        "x-sensitive": True,
    }
    assert schema["properties"]["amount"]["minimum"] == 0
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"contract_no": "HT-1", "amount": "12.50", "days": 3})
    assert not validator.is_valid({"contract_no": " "})
    assert not validator.is_valid({"contract_no": "HT-1", "amount": "12.505"})
    assert not validator.is_valid({"contract_no": "HT-1", "amount": -1})


def test_a_decimal_without_places_has_a_pattern_without_point():
    schema = json_schema([Field("n", "N", "decimal", scale=0)])
    assert schema["properties"]["n"]["pattern"] == "^-?[0-9]{1,15}$"
    assert "minimum" not in schema["properties"]["n"]


def test_the_hash_follows_the_form():
    assert form_hash(FORM) == form_hash(fields_of([dict(reversed(row.items())) for row in ROWS]))
    assert len(form_hash(FORM)) == 64
    assert form_hash(FORM) != form_hash(FORM[1:])
    assert form_hash(FORM) != form_hash(FORM[::-1])
    assert form_hash(()) == form_hash([])


def test_a_field_gets_the_usual_length():
    assert [field.max_length for field in FORM] == [20, 2000, 200, 200, 200, 200]


@pytest.mark.parametrize(
    "change",
    [
        {"key": "Bad Key"},
        {"key": ""},
        {"key": 3},
        {"label": " "},
        {"type": "file"},
        {"type": None},
        {"bogus": 1},
        {"required": "yes"},
        {"sensitive": 1},
        {"options": ["a"]},
        {"options": "ab"},
        {"type": "enum"},
        {"type": "enum", "options": ["a", "a"]},
        {"type": "enum", "options": ["a", 1]},
        {"min": "0"},
        {"min": True},
        {"scale": 7},
        {"scale": 1.5},
        {"max_length": -1},
        {"max_length": 5001},
    ],
)
def test_declarations_that_cannot_be_used(change):
    with pytest.raises(Invalid) as caught:
        fields_of([ROWS[0], {"key": "x", "label": "X", "type": "string", **change}])
    assert set(caught.value.fields) == {"fields.1"}


def test_rows_that_are_no_rows_and_keys_twice():
    with pytest.raises(Invalid) as caught:
        fields_of([ROWS[0], ROWS[0], {"key": "x"}, "row", None])
    assert set(caught.value.fields) == {"fields.1", "fields.2", "fields.3", "fields.4"}

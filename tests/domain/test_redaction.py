"""Personal data found in texts: what counts, what does not, and that nothing found stays."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.redaction import findings, is_card_no, is_id_no, redacted

ID, CARD, USCC = "11010519491231002X", "6222020000000000005", "91350100M000100Y43"
CARD = next(f"622202000000000000{last}" for last in range(10) if is_card_no(f"622202000000000000{last}"))
FOUND = (
    ("mobile", "13812341234"),
    ("mobile", "+86 138-1234-1234"),
    ("mobile", "１３８１２３４１２３４"),
    ("landline", "0371-65506550"),
    ("landline", "(010)65506550"),
    ("landline", "400-823-5566"),
    ("id_no", ID),
    ("id_no", "130503670401001"),
    ("uscc", USCC),
    ("uscc", USCC.lower()),
    ("card", f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}"),
    ("email", "a.b+c@mail.example.com"),
    ("plate", "豫A·12345"),
    ("plate", "豫AD12345"),
)
PIECES = st.one_of(
    st.sampled_from([text for _, text in FOUND]), st.text(max_size=12), st.sampled_from("0123456789X@豫A王")
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)
NAMES = st.lists(st.sampled_from(["王小明", "Wang Xiaoming", "郑州某某商贸有限公司", "李", "欧阳小明"]), max_size=3)


@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_what_is_personal_is_found_whole(kind, text):
    found = findings(f"请拨{text}，谢谢")
    assert [(each.kind, each.start, each.end) for each in found] == [(kind, 2, 2 + len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02",
        "￥1,200.50",
        "TS2611240000017",
        "110105194912310021",  # wrong check character
        "110105194902300029",  # no such day
        "110105491331002",  # nor in the old form
        "6222020000000000001" if not is_card_no("6222020000000000001") else "1",
        "第12345号",
        "豫政办〔2024〕67号",
        "23812341234",
        "A10",
    ],
)
def test_what_is_not_personal_stays(text):
    assert findings(text) == []
    assert redacted(text) == text


def test_id_numbers_have_a_day_and_a_check_character():
    assert is_id_no(ID)
    assert is_id_no(ID.lower())
    assert is_id_no("130503670401001")
    assert not is_id_no("1105194912310")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王小明", "我是王小明。"),
        ("王小明", "我是王 小明。"),
        ("王小明", "找王先生谈"),
        ("欧阳小明", "找欧阳女士谈"),
        ("Wang Xiaoming", "I am WANG  xiaoming."),
        ("郑州大河商贸有限公司", "郑州大河商贸欠薪"),
        ("郑州大河商贸有限责任公司", "郑州大河商贸有限公司"),
    ],
)
def test_known_names_are_found_in_their_forms(name, text):
    assert {each.kind for each in findings(text, [name])} == {"name"}
    assert "●" in redacted(text, [name])


def test_one_letter_and_parts_of_words_are_no_names():
    assert findings("王家庄 Wangs", ["王", "Wang", " "]) == []
    assert findings("某公司", ["某公司"])[0].kind == "name"


def test_of_two_that_overlap_the_longer_is_kept():
    name = "郑州大河商贸有限公司"
    assert findings(f"我是{name}的", [name]) == [(2, 2 + len(name), "name")]


def test_the_class_of_length_is_kept():
    assert redacted(f"王小明 13812341234 {ID}", ["王小明"]) == "●● ●●● ●●●●"


@given(TEXTS, NAMES)
def test_nothing_found_survives_and_twice_is_as_once(text, names):
    done = redacted(text, names)
    assert findings(done, names) == []
    assert redacted(done, names) == done
    assert len(done) <= len(text)


@given(TEXTS, NAMES)
def test_a_text_without_findings_is_unchanged(text, names):
    found = findings(text, names)
    assert (redacted(text, names) == text) is (not found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_long_text_without_end_is_read_in_time():
    begun = time.monotonic()
    for text in ("1" * 100_000, "a" * 100_000, "a." * 50_000, "0" * 50_000 + "@"):
        assert redacted(text) == text
    assert time.monotonic() - begun < 5
